package bifrost.sync.replication.engine;

import bifrost.api.cluster.Replication.Arrival;
import bifrost.api.snapshot.Version;
import bifrost.sync.replication.message.Mark;
import bifrost.sync.replication.message.MemberMark;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Who waits for a change to arrive everywhere. The owner's. */
final class Arrivals {
  private static final int MOST = 10_000;

  private final Coverage coverage;
  private final ProgressTable progress;
  private final Refusals refusals;
  private final List<Waiting> waiting = new ArrayList<>();

  /**
   * A change of this node.
   *
   * @param position where it stands in this node's log
   */
  record Awaited(ChangeLog.Key key, Version version, long position) {}

  private record Waiting(Awaited change, CompletableFuture<Arrival> future) {}

  Arrivals(Coverage coverage, ProgressTable progress, Refusals refusals) {
    this.coverage = coverage;
    this.progress = progress;
    this.refusals = refusals;
  }

  /** Completes a future once all peers have dealt with a change. */
  void await(Awaited change, Set<String> peers, CompletableFuture<Arrival> future) {
    Arrival arrival = arrival(change, peers);
    if (arrival.missing().isEmpty() || waiting.size() >= MOST) {
      future.complete(arrival);
    } else {
      waiting.add(new Waiting(change, future));
    }
  }

  /** Looks who has got what it waits for. */
  void check(Set<String> peers) {
    if (waiting.isEmpty()) {
      return;
    }
    for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
      Waiting one = each.next();
      Arrival arrival = arrival(one.change(), peers);
      if (arrival.missing().isEmpty()) {
        one.future().complete(arrival);
      }
      if (one.future().isDone()) {
        each.remove();
      }
    }
  }

  /** Who has a change, or could not take it. */
  Arrival arrival(Awaited change, Set<String> peers) {
    Mark own = coverage.own();
    Set<String> applied = new HashSet<>();
    Set<String> missing = new HashSet<>();
    Set<String> refused = new HashSet<>();
    for (String peer : peers) {
      MemberMark told = progress.of(peer, own.node());
      if (told == null
          || told.mark().epoch() != own.epoch()
          || told.mark().changes() < change.position()) {
        missing.add(peer);
      } else if (refusals.refuses(peer, told.epoch(), change.key(), change.version())) {
        refused.add(peer);
      } else {
        applied.add(peer);
      }
    }
    return new Arrival(applied, missing, refused);
  }

  /** How many changes of this node a member has not confirmed. */
  long behind(String member, ChangeLog log) {
    Mark own = coverage.own();
    Mark mark = progress.mark(member, own.node());
    long from = mark == null || mark.epoch() != own.epoch() ? 0 : mark.changes();
    return log.since(from, 10_000).size();
  }
}
