package bifrost.sync.replication.engine;

import bifrost.sync.replication.message.SyncMessage;
import java.time.Duration;

/** Draws the conclusions of comparisons. The owner's. */
final class Repairs implements Comparisons.Listener {
  private final Coverage coverage;
  private final Sessions sessions;
  private final Confirmations confirmations;
  private final Flusher flusher;
  private final Runnable replan;

  /**
   * For an engine.
   *
   * @param replan asks each peer for what is wanted of it now
   */
  Repairs(
      Coverage coverage,
      Sessions sessions,
      Confirmations confirmations,
      Flusher flusher,
      Runnable replan) {
    this.coverage = coverage;
    this.sessions = sessions;
    this.confirmations = confirmations;
    this.flusher = flusher;
    this.replan = replan;
  }

  @Override
  public void compared(Comparison comparison) {
    Session session = comparison.session();
    coverage.join(comparison.covered(), session.peer());
    if (session.incomplete) {
      session.incomplete = false;
      session.complete = true;
    }
    confirmations.confirmEverything();
    replan.run();
    sessions.askAgain(coverage);
    flusher.soon(Duration.ZERO);
  }

  @Override
  public void repaired(Session from, int hops) {
    for (Session session : sessions.greeted()) {
      if (session != from) {
        session.send(new SyncMessage.Repaired(hops));
      }
    }
  }
}
