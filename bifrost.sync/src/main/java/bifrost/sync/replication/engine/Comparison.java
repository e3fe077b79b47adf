package bifrost.sync.replication.engine;

import bifrost.api.journal.Writer;
import bifrost.sync.replication.message.EntityVersion;
import bifrost.sync.replication.message.Log;
import bifrost.sync.replication.message.Mark;
import bifrost.sync.replication.message.SyncMessage.BucketRequest;
import bifrost.sync.replication.message.SyncMessage.BucketVersions;
import bifrost.sync.replication.message.SyncMessage.ChangeRequest;
import bifrost.sync.replication.message.SyncMessage.Digest;
import bifrost.sync.replication.message.SyncMessage.DigestRequest;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * One comparison of what this node has with what a peer has: digest, the buckets that differ, and
 * from them what is newer there. Nothing of it is needed by the peer, which does the same itself.
 * The owner's.
 */
final class Comparison {
  private static final int BUCKETS_AT_ONCE = 64;
  private static final int BUSY_BUCKETS = 16;
  private static final int ENTITIES_AT_ONCE = 128;

  private final Session session;
  private final Subject subject;
  private final int hops;
  private final long round;
  private final Set<Writer> without;
  private final Local local;
  private final Refusals refusals;
  private final Deque<Integer> left = new ArrayDeque<>();
  private final List<EntityVersion> newer = new ArrayList<>();
  private List<Mark> covered = List.of();
  private long heardNanos;
  private long news;

  /** What is compared. */
  enum Subject {
    /** The configuration. */
    CHANGES(Log.CHANGES),
    /** Slots of lives that have ended: nobody writes them any more. */
    ENDED(Log.COUNTERS),
    /** All slots. */
    COUNTERS(Log.COUNTERS);

    private final Log log;

    Subject(Log log) {
      this.log = log;
    }

    Log log() {
      return log;
    }
  }

  /**
   * A comparison that has not started.
   *
   * @param hops by way of how many nodes the reason for it has come
   * @param without writers whose slots are left out
   */
  Comparison(
      Session session,
      Subject subject,
      int hops,
      long round,
      Set<Writer> without,
      Local local,
      Refusals refusals,
      long nanos) {
    this.session = session;
    this.subject = subject;
    this.hops = hops;
    this.round = round;
    this.without = without;
    this.local = local;
    this.refusals = refusals;
    this.heardNanos = nanos;
  }

  Session session() {
    return session;
  }

  Subject subject() {
    return subject;
  }

  int hops() {
    return hops;
  }

  Set<Writer> without() {
    return without;
  }

  /** Notes how much of what came was new here. */
  void found(long newHere) {
    news += newHere;
  }

  boolean hasFound() {
    return news > 0;
  }

  long round() {
    return round;
  }

  List<Mark> covered() {
    return covered;
  }

  void heard(long nanos) {
    heardNanos = nanos;
  }

  long heardNanos() {
    return heardNanos;
  }

  void start(List<Long> sums) {
    session.send(new DigestRequest(subject.log(), round, Answers.sum(sums), without));
  }

  /**
   * The peer's digest came.
   *
   * @param sums this node's
   * @return whether nothing is left to do
   */
  boolean digest(Digest digest, List<Long> sums, int firstBucket) {
    covered = digest.covered();
    if (digest.buckets().size() == sums.size()) {
      for (int i = 0; i < sums.size(); i++) {
        int bucket = (firstBucket + i) % sums.size();
        if (!sums.get(bucket).equals(digest.buckets().get(bucket))) {
          left.add(bucket);
        }
      }
      // In a ledger that is written to, most buckets differ at any moment: a few at a time.
      while (subject == Subject.COUNTERS && left.size() > BUSY_BUCKETS) {
        left.removeLast();
      }
    }
    return !next();
  }

  /** Asks for the next buckets; false when there are none. */
  boolean next() {
    if (left.isEmpty()) {
      return false;
    }
    List<Integer> buckets = new ArrayList<>();
    while (!left.isEmpty() && buckets.size() < BUCKETS_AT_ONCE) {
      buckets.add(left.poll());
    }
    session.send(new BucketRequest(subject.log(), round, buckets, without));
    return true;
  }

  /**
   * Versions came.
   *
   * @return whether nothing is left to do
   */
  boolean versions(BucketVersions versions) {
    Instant now = local.clock().instant();
    versions.versions().stream().filter(this::isNewer).forEach(offered -> take(offered, now));
    if (!versions.last()) {
      return false;
    }
    if (newer.isEmpty()) {
      return !next();
    }
    for (int from = 0; from < newer.size(); from += ENTITIES_AT_ONCE) {
      int to = Math.min(from + ENTITIES_AT_ONCE, newer.size());
      session.send(
          new ChangeRequest(round, List.copyOf(newer.subList(from, to)), to == newer.size()));
    }
    newer.clear();
    return false;
  }

  private boolean isNewer(EntityVersion offered) {
    return ChangeApplier.typeOf(offered.type())
        .map(type -> local.owner().version(type, offered.id()))
        .map(known -> offered.version().isAfter(known))
        .orElse(true);
  }

  /** What would be refused is not asked for. */
  private void take(EntityVersion offered, Instant now) {
    if (refusals.isFinal(offered)) {
      return;
    }
    ChangeApplier.unfit(now, session.peer(), offered)
        .ifPresentOrElse(refusals::refused, () -> newer.add(offered));
  }
}
