package bifrost.sync.replication.engine;

import bifrost.api.cluster.Replication.Arrival;
import bifrost.sync.replication.message.Mark;
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
  private final List<Waiting> waiting = new ArrayList<>();

  private record Waiting(long position, CompletableFuture<Arrival> future) {}

  Arrivals(Coverage coverage, ProgressTable progress) {
    this.coverage = coverage;
    this.progress = progress;
  }

  /** Completes a future once a position of this node's log is covered by all peers. */
  void await(long position, Set<String> peers, CompletableFuture<Arrival> future) {
    Arrival arrival = arrival(position, peers);
    if (arrival.isEverywhere() || waiting.size() >= MOST) {
      future.complete(arrival);
    } else {
      waiting.add(new Waiting(position, future));
    }
  }

  /** Looks who has got what it waits for. */
  void check(Set<String> peers) {
    if (waiting.isEmpty()) {
      return;
    }
    for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
      Waiting one = each.next();
      Arrival arrival = arrival(one.position(), peers);
      if (arrival.isEverywhere()) {
        one.future().complete(arrival);
      }
      if (one.future().isDone()) {
        each.remove();
      }
    }
  }

  /** Who has a position of this node's log. */
  Arrival arrival(long position, Set<String> peers) {
    Mark own = coverage.own();
    Set<String> applied = new HashSet<>();
    Set<String> missing = new HashSet<>();
    for (String peer : peers) {
      Mark mark = progress.mark(peer, own.node());
      boolean has = mark != null && mark.epoch() == own.epoch() && mark.changes() >= position;
      (has ? applied : missing).add(peer);
    }
    return new Arrival(applied, missing);
  }

  /** How many changes of this node a member has not confirmed. */
  long behind(String member, ChangeLog log) {
    Mark own = coverage.own();
    Mark mark = progress.mark(member, own.node());
    long from = mark == null || mark.epoch() != own.epoch() ? 0 : mark.changes();
    return log.since(from, 10_000).size();
  }
}
