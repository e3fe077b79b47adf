package bifrost.sync.replication.engine;

import bifrost.sync.replication.message.EntityVersion;
import bifrost.sync.replication.message.Mark;
import bifrost.sync.replication.message.MemberMark;
import bifrost.sync.replication.message.SyncMessage;
import bifrost.sync.replication.message.SyncMessage.Progress;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How far this node has got, what it could not take, and what it tells the others of both. The
 * owner's.
 */
final class Confirmations {
  private final Local local;
  private final Coverage coverage;
  private final ProgressTable progress;
  private final Probe probe;
  private final Refusals refusals;
  private final Runnable suspicion;
  private Topology topology;

  /** Origins of which this node has something new to confirm. */
  private final Set<String> unconfirmed = new HashSet<>();

  /**
   * For an engine.
   *
   * @param suspicion is told that a node has started anew
   */
  Confirmations(
      Local local,
      Coverage coverage,
      ProgressTable progress,
      Probe probe,
      Refusals refusals,
      Runnable suspicion,
      Topology topology) {
    this.local = local;
    this.coverage = coverage;
    this.progress = progress;
    this.probe = probe;
    this.refusals = refusals;
    this.suspicion = suspicion;
    this.topology = topology;
  }

  void topology(Topology next) {
    topology = next;
  }

  /** This node has something new of an origin. */
  void due(String origin) {
    unconfirmed.add(origin);
  }

  /** Takes over marks of a peer: this node has all that came before them. */
  void join(Session session, List<Mark> covered) {
    if (session.failed) {
      return;
    }
    boolean anew = false;
    for (Mark mark : covered) {
      Mark before = coverage.of(mark.node());
      Mark holds =
          session.complete ? mark : new Mark(mark.node(), mark.epoch(), 0, mark.counters());
      if (coverage.join(List.of(holds), session.peer())) {
        anew = true;
      }
      Mark after = coverage.of(mark.node());
      if (after != null
          && (before == null
              || before.epoch() != after.epoch()
              || before.changes() != after.changes())) {
        unconfirmed.add(mark.node());
      }
    }
    if (anew) {
      suspicion.run();
    }
  }

  /** Tells the others how far this node has got, where that is news to them. */
  void confirm() {
    refusals.publish();
    for (String origin : unconfirmed) {
      Mark mark = coverage.of(origin);
      if (mark != null) {
        progress.put(probe.mark(mark));
      }
    }
    unconfirmed.clear();
  }

  /** Everything may have changed: all is told again. */
  void confirmEverything() {
    coverage.all().forEach(mark -> unconfirmed.add(mark.node()));
    confirm();
  }

  /**
   * Members have got farther.
   *
   * @return whether that is news
   */
  boolean told(Progress news) {
    boolean farther = false;
    for (MemberMark mark : news.marks()) {
      if (progress.put(mark)) {
        probe.told(mark);
        farther = true;
      }
    }
    return farther;
  }

  /**
   * A member says what it could not take.
   *
   * @return whether that is news
   */
  boolean told(Session session, SyncMessage.Refusals news) {
    passedOver(session, news);
    return refusals.put(news);
  }

  /** What a peer could not take it does not pass on, so this node does not have it either. */
  private void passedOver(Session session, SyncMessage.Refusals news) {
    if (!news.member().equals(session.peer()) || session.asked == null) {
      return;
    }
    Instant now = local.clock().instant();
    for (EntityVersion change : news.changes()) {
      String origin = change.version().node();
      boolean known =
          ChangeApplier.typeOf(change.type())
              .map(type -> local.owner().version(type, change.id()))
              .filter(version -> !change.version().isAfter(version))
              .isPresent();
      if (!known
          && !origin.equals(session.peer())
          && Interest.covers(session.asked, origin, topology.regions())) {
        refusals.refused(ChangeApplier.passedOver(now, session.peer(), change));
      }
    }
  }
}
