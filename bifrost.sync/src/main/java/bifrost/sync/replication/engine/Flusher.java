package bifrost.sync.replication.engine;

import bifrost.sync.membership.protocol.Scheduler;
import java.time.Duration;

/**
 * Brings all subscribers up to date, every now and then and as soon as there is news. The owner's.
 */
final class Flusher {
  private final Scheduler owner;
  private final Sessions sessions;
  private final Confirmations confirmations;
  private final Sender sender;
  private Topology topology;
  private boolean expected;
  private boolean closed;
  private volatile boolean caughtUp;

  Flusher(
      Scheduler owner,
      Sessions sessions,
      Confirmations confirmations,
      Sender sender,
      Topology topology) {
    this.owner = owner;
    this.sessions = sessions;
    this.confirmations = confirmations;
    this.sender = sender;
    this.topology = topology;
  }

  void topology(Topology next) {
    topology = next;
  }

  void close() {
    closed = true;
  }

  /** Whether some peer has passed on all that it had when this node came; for any thread. */
  boolean isCaughtUp() {
    return caughtUp;
  }

  /** Flushes after a while, or before. */
  void soon(Duration delay) {
    if (!expected) {
      expected = true;
      owner.after(
          delay,
          () -> {
            expected = false;
            flush();
          });
    }
  }

  /** Sends each subscriber a bounded piece of what it lacks. */
  void flush() {
    if (closed) {
      return;
    }
    caughtUp = caughtUp || sessions.isAnyComplete();
    confirmations.confirm();
    sender.round();
    long nanos = owner.nanos();
    boolean more = false;
    for (Session session : sessions.greeted()) {
      more |= sender.send(session, topology.regions(), nanos);
    }
    if (more) {
      soon(Duration.ZERO);
    }
  }
}
