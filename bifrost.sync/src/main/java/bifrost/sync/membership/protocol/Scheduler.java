package bifrost.sync.membership.protocol;

import java.time.Duration;

/** The owner of a node's state: runs one task after the other, and keeps its time. */
public interface Scheduler {
  /** A monotone clock, in nanoseconds. */
  long nanos();

  /**
   * Runs a task on the owner after a delay.
   *
   * @return calls it off
   */
  Timer after(Duration delay, Runnable task);

  /** Runs a task on the owner; safe for any thread. Does nothing once the owner has ended. */
  void execute(Runnable task);

  /** A task that waits. */
  interface Timer {
    /** Calls it off; does nothing when it ran. */
    void cancel();
  }
}
