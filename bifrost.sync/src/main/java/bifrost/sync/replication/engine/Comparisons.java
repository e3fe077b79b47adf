package bifrost.sync.replication.engine;

import bifrost.api.journal.Writer;
import bifrost.sync.replication.engine.Comparison.Subject;
import bifrost.sync.replication.message.SyncMessage.BucketSlots;
import bifrost.sync.replication.message.SyncMessage.BucketVersions;
import bifrost.sync.replication.message.SyncMessage.Digest;
import bifrost.sync.replication.message.SyncMessage.FetchedChanges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Decides when this node compares what with whom. The owner's.
 *
 * <ul>
 *   <li>With a peer whose log does not reach back to what this node has: the configuration, at
 *       once.
 *   <li>With a peer that may have what this node has missed: the configuration, and the slots of
 *       lives that have ended. What a node wrote last before it ended may have reached some and not
 *       others, and it will not say it again. So this is done with everybody when a member is gone
 *       or has started anew, with a peer when a link to it opens, and when it says that it has
 *       repaired something itself, so that what one has goes round.
 *   <li>Every now and then with some peer, for whatever was passed over.
 * </ul>
 */
final class Comparisons {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int COUNTERS_EVERY = 3;
  private static final int MOST_AT_ONCE = 4;

  /** From a node to its relay, to that of another region, to the nodes there, and one to spare. */
  private static final int MOST_HOPS = 4;

  /** A peer that tells of repairs is compared with after this; what else it tells is then in. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Local local;
  private final Worker worker;
  private final Answers answers;
  private final Refusals refusals;
  private final Sessions sessions;
  private final Random random;
  private final EngineStats stats;
  private final Supplier<Set<Writer>> living;
  private final Map<Session, Comparison> running = new LinkedHashMap<>();
  private final Map<String, Due> due = new HashMap<>();
  private Listener listener;
  private long rounds;
  private long sweeps;
  private int nextBucket;

  /** Hears how comparisons end. */
  interface Listener {
    /** The configuration was compared with a peer: this node has all that it had. */
    void compared(Comparison comparison);

    /**
     * This node had missed something, and others may have.
     *
     * @param hops by way of how many nodes the news have come
     */
    void repaired(Session from, int hops);
  }

  private static final class Due {
    private final Set<Subject> subjects = EnumSet.of(Subject.CHANGES, Subject.ENDED);
    private int hops;
    private long notBefore;

    private Due(int hops, long notBefore) {
      this.hops = hops;
      this.notBefore = notBefore;
    }
  }

  /**
   * A decider.
   *
   * @param living the present members in their lives of now
   */
  Comparisons(
      Local local,
      Worker worker,
      Answers answers,
      Refusals refusals,
      Sessions sessions,
      Random random,
      EngineStats stats,
      Supplier<Set<Writer>> living) {
    this.local = local;
    this.worker = worker;
    this.answers = answers;
    this.refusals = refusals;
    this.sessions = sessions;
    this.random = random;
    this.stats = stats;
    this.living = living;
  }

  /** Who hears how comparisons end; set before anything else is called. */
  void listener(Listener next) {
    listener = next;
  }

  /** Starts what is due. */
  void check(long nanos) {
    running.values().removeIf(each -> nanos - each.heardNanos() > PATIENCE.toNanos());
    for (Session session : sessions.greeted()) {
      if (running.size() >= MOST_AT_ONCE) {
        return;
      }
      if (running.containsKey(session) || !session.can(EngineSettings.COMPARE)) {
        continue;
      }
      if (session.incomplete) {
        start(session, Subject.CHANGES, 0, nanos);
      } else {
        startDue(session, nanos);
      }
    }
  }

  private void startDue(Session session, long nanos) {
    Due its = due.get(session.peer());
    if (its == null || nanos < its.notBefore) {
      return;
    }
    Subject next = its.subjects.iterator().next();
    its.subjects.remove(next);
    if (its.subjects.isEmpty()) {
      due.remove(session.peer());
    }
    start(session, next, its.hops, nanos);
  }

  /** A member is gone or has started anew. */
  void suspectAll(long nanos) {
    sessions.peers().forEach(peer -> suspect(peer, nanos));
  }

  /** A link was opened: what was sent over the one before may not have come. */
  void suspect(String peer, long nanos) {
    due.put(peer, new Due(0, nanos));
  }

  /**
   * A peer has found what it had missed.
   *
   * @param hops by way of how many nodes the news have come
   */
  void told(String peer, int hops, long nanos) {
    long notBefore = nanos + PAUSE.toNanos();
    Due known = due.get(peer);
    if (known == null || known.subjects.size() == 1) {
      due.put(peer, new Due(hops, notBefore));
    } else {
      known.hops = Math.min(known.hops, hops);
      known.notBefore = notBefore;
    }
  }

  /** Compares with some peer, for the case that something was passed over. */
  void sweep(long nanos) {
    check(nanos);
    List<Session> able = new ArrayList<>();
    for (Session session : sessions.greeted()) {
      if (session.can(EngineSettings.COMPARE) && session.isAsked()) {
        able.add(session);
      }
    }
    if (running.isEmpty() && !able.isEmpty()) {
      boolean counters = ++sweeps % COUNTERS_EVERY == 0;
      Session any = able.get(random.nextInt(able.size()));
      start(any, counters ? Subject.COUNTERS : Subject.CHANGES, MOST_HOPS, nanos);
    }
  }

  private void start(Session session, Subject subject, int hops, long nanos) {
    Set<Writer> without = subject == Subject.ENDED ? living.get() : Set.of();
    Comparison comparison =
        new Comparison(session, subject, hops, ++rounds, without, local, refusals, nanos);
    running.put(session, comparison);
    stats.comparisons++;
    worker.run(
        () -> answers.sums(subject.log(), without),
        sums -> {
          if (isRunning(comparison)) {
            comparison.start(sums);
          }
        });
  }

  /** A link is gone, and a comparison over it with it. */
  void closed(Session session) {
    running.remove(session);
  }

  void digest(Session session, Digest digest, long nanos, Runnable processed) {
    Comparison comparison = of(session, digest.round(), nanos);
    if (comparison == null || comparison.subject().log() != digest.log()) {
      processed.run();
      return;
    }
    worker.run(
        () -> answers.sums(digest.log(), comparison.without()),
        sums -> {
          if (isRunning(comparison) && comparison.digest(digest, sums, nextBucket)) {
            end(comparison, nanos);
          }
          nextBucket = (nextBucket + 1) % 256;
          processed.run();
        });
  }

  void slots(Session session, BucketSlots slots, long nanos) {
    Comparison comparison = of(session, slots.round(), nanos);
    int news = local.ledger().merge(slots.slots());
    stats.repairedSlots += news;
    if (news > 0) {
      answers.repaired();
    }
    if (comparison != null) {
      comparison.found(news);
      if (slots.last() && !comparison.next()) {
        end(comparison, nanos);
      }
    }
  }

  void versions(Session session, BucketVersions versions, long nanos) {
    Comparison comparison = of(session, versions.round(), nanos);
    if (comparison != null && comparison.versions(versions)) {
      end(comparison, nanos);
    }
  }

  /**
   * Changes that were fetched have been applied.
   *
   * @param news how many of them were new here
   */
  void fetched(Session session, FetchedChanges changes, int news, long nanos) {
    Comparison comparison = of(session, changes.round(), nanos);
    if (comparison != null) {
      comparison.found(news);
      if (changes.last() && !comparison.next()) {
        end(comparison, nanos);
      }
    }
  }

  private boolean isRunning(Comparison comparison) {
    return running.get(comparison.session()) == comparison;
  }

  private Comparison of(Session session, long round, long nanos) {
    Comparison comparison = running.get(session);
    if (comparison == null || comparison.round() != round) {
      return null;
    }
    comparison.heard(nanos);
    return comparison;
  }

  private void end(Comparison ended, long nanos) {
    running.remove(ended.session());
    if (ended.subject() == Subject.CHANGES) {
      listener.compared(ended);
    }
    if (ended.hasFound() && ended.subject() != Subject.COUNTERS && ended.hops() < MOST_HOPS) {
      listener.repaired(ended.session(), ended.hops() + 1);
    }
    check(nanos);
  }
}
