package bifrost.sync.replication.engine;

import bifrost.sync.replication.message.Log;
import bifrost.sync.replication.message.SyncMessage.BucketSlots;
import bifrost.sync.replication.message.SyncMessage.BucketVersions;
import bifrost.sync.replication.message.SyncMessage.Digest;
import bifrost.sync.replication.message.SyncMessage.FetchedChanges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Decides when this node compares with whom, one comparison at a time: at once with a peer whose
 * log does not reach back to what this node has, and every now and then with any peer, which finds
 * whatever was passed over. The owner's.
 */
final class Comparisons {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int COUNTERS_EVERY = 3;

  private final Local local;
  private final Worker worker;
  private final Answers answers;
  private final Refusals refusals;
  private final Random random;
  private final EngineStats stats;
  private final Consumer<Comparison> completed;

  /** Peers whose ledger may hold what was passed over. */
  private final Set<String> due = new TreeSet<>();

  private boolean suspected;
  private Comparison current;
  private long rounds;
  private long sweeps;
  private int nextBucket;

  /**
   * A decider.
   *
   * @param completed is told of each comparison of changes that has found all
   */
  Comparisons(
      Local local,
      Worker worker,
      Answers answers,
      Refusals refusals,
      Random random,
      EngineStats stats,
      Consumer<Comparison> completed) {
    this.local = local;
    this.worker = worker;
    this.answers = answers;
    this.refusals = refusals;
    this.random = random;
    this.stats = stats;
    this.completed = completed;
  }

  /** Starts what is due: a comparison with a peer of which this node lacks something. */
  void check(Collection<Session> sessions, long nanos) {
    if (current != null && nanos - current.heardNanos() > PATIENCE.toNanos()) {
      current = null;
    }
    if (current != null) {
      return;
    }
    for (Session session : sessions) {
      if (session.incomplete && session.can(EngineSettings.COMPARE)) {
        start(session, Log.CHANGES, nanos);
        return;
      }
    }
    if (suspected) {
      suspected = false;
      sessions.forEach(session -> due.add(session.peer()));
    }
    for (Session session : sessions) {
      if (due.remove(session.peer()) && isAsked(session)) {
        start(session, Log.COUNTERS, nanos);
        return;
      }
    }
  }

  /**
   * A member is gone or has started anew: what it wrote last may have reached some and not others,
   * and it will not say it again.
   */
  void suspectAll() {
    suspected = true;
  }

  /** A link was opened: what was sent over the one before may not have come. */
  void suspect(String peer) {
    due.add(peer);
  }

  private static boolean isAsked(Session session) {
    return session.can(EngineSettings.COMPARE)
        && session.asked != null
        && !(session.asked.nodes().isEmpty() && session.asked.regions().isEmpty());
  }

  /** Compares with some peer, for the case that something was passed over. */
  void sweep(Collection<Session> sessions, long nanos) {
    check(sessions, nanos);
    List<Session> able = new ArrayList<>();
    for (Session session : sessions) {
      if (isAsked(session)) {
        able.add(session);
      }
    }
    if (current == null && !able.isEmpty()) {
      boolean counters = ++sweeps % COUNTERS_EVERY == 0;
      start(able.get(random.nextInt(able.size())), counters ? Log.COUNTERS : Log.CHANGES, nanos);
    }
  }

  private void start(Session session, Log log, long nanos) {
    Comparison comparison = new Comparison(session, log, ++rounds, local, refusals, nanos);
    current = comparison;
    stats.comparisons++;
    worker.run(
        () -> answers.sums(log),
        sums -> {
          if (current == comparison) {
            comparison.start(sums);
          }
        });
  }

  /** A link is gone, and a comparison over it with it. */
  void closed(Session session) {
    if (current != null && current.session() == session) {
      current = null;
    }
  }

  void digest(Session session, Digest digest, long nanos, Runnable processed) {
    Comparison comparison = mine(session, digest.round(), nanos);
    if (comparison == null || comparison.log() != digest.log()) {
      processed.run();
      return;
    }
    worker.run(
        () -> answers.sums(digest.log()),
        sums -> {
          if (current == comparison && comparison.digest(digest, sums, nextBucket)) {
            end();
          }
          nextBucket = (nextBucket + 1) % 256;
          processed.run();
        });
  }

  void slots(Session session, BucketSlots slots, long nanos) {
    Comparison comparison = mine(session, slots.round(), nanos);
    stats.repairedSlots += local.ledger().merge(slots.slots());
    if (comparison != null && slots.last() && !comparison.next()) {
      end();
    }
  }

  void versions(Session session, BucketVersions versions, long nanos) {
    Comparison comparison = mine(session, versions.round(), nanos);
    if (comparison != null && comparison.versions(versions)) {
      end();
    }
  }

  /** Changes that were fetched have been applied. */
  void fetched(Session session, FetchedChanges changes, long nanos) {
    Comparison comparison = mine(session, changes.round(), nanos);
    if (comparison != null && changes.last() && !comparison.next()) {
      end();
    }
  }

  private Comparison mine(Session session, long round, long nanos) {
    if (current == null || current.session() != session || current.round() != round) {
      return null;
    }
    current.heard(nanos);
    return current;
  }

  private void end() {
    Comparison ended = current;
    current = null;
    if (ended.log() == Log.CHANGES) {
      completed.accept(ended);
    }
  }
}
