package bifrost.runtime.journal.spool;

import bifrost.api.journal.Journal.Appended;
import bifrost.runtime.journal.segment.Frame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Records that are in memory and wait to be written together, and the threads that wait for it.
 * Past a bound the records are folded. Guarded by the lock of its {@link SpoolWriter}, apart from
 * {@link #outcome}.
 */
final class PendingRun {
  /** A thread that waits; it is made the writer when {@link #lead} is set. */
  static final class Waiter {
    private final Thread thread = Thread.currentThread();
    private volatile boolean lead;

    /** Whether this thread is to write the run. */
    boolean lead() {
      return lead;
    }
  }

  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private final int maxTotals;
  private List<Frame> frames = new ArrayList<>();
  private long bytes;
  private long limit;
  private volatile Appended outcome;

  PendingRun(long limit, int maxTotals) {
    this.limit = limit;
    this.maxTotals = maxTotals;
  }

  List<Frame> frames() {
    return frames;
  }

  boolean isEmpty() {
    return frames.isEmpty();
  }

  long bytes() {
    return bytes;
  }

  /** Takes a record; returns how many request logs and payloads lost their detail by it. */
  Relief.Relieved add(Frame frame) {
    frames.add(frame);
    bytes += frame.maxBytes();
    return bytes > limit ? fold() : Relief.Relieved.NOTHING;
  }

  /** Folds what is there. */
  Relief.Relieved fold() {
    Fold fold = new Fold(maxTotals);
    frames.forEach(fold::add);
    frames = new ArrayList<>(fold.frames());
    bytes = frames.stream().mapToLong(Frame::maxBytes).sum();
    limit = Math.max(limit, 2 * bytes);
    return new Relief.Relieved(fold.logs(), fold.payloads(), 0);
  }

  Waiter join() {
    Waiter waiter = new Waiter();
    waiters.add(waiter);
    return waiter;
  }

  void leave(Waiter waiter) {
    waiters.remove(waiter);
  }

  /** Makes one of those who wait the writer. */
  boolean promote() {
    Waiter next = waiters.poll();
    if (next == null) {
      return false;
    }
    next.lead = true;
    LockSupport.unpark(next.thread);
    return true;
  }

  /** What became of the records; {@code null} while it is open. */
  Appended outcome() {
    return outcome;
  }

  void finish(Appended result) {
    outcome = result;
    waiters.forEach(waiter -> LockSupport.unpark(waiter.thread));
    waiters.clear();
  }
}
