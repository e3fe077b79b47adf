package bifrost.sync.replication.message;

import bifrost.api.journal.Writer;
import bifrost.api.ledger.Slot;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * A message between two nodes; {@code docs/replication.md} tells which follows which.
 *
 * <p>Every message may be sent twice, and a receiver may get one that it knows: nothing is a
 * difference, all is state. A link is ordered; messages of different links overtake each other.
 *
 * <p>A transport passes over messages and fields that it does not know, and never drops, repeats or
 * reorders within a link. Records copy their collections and refuse what is out of {@link Bounds}
 * with an {@code IllegalArgumentException}.
 */
public sealed interface SyncMessage {
  /**
   * Who speaks: the first message of both sides, sent once, before anything else.
   *
   * @param node the sender's node id
   * @param epoch which of its lives, 1 or more
   * @param region its region
   * @param cluster the name that all nodes of the cluster share; empty when none is set
   * @param oldest the oldest version of the protocol that it speaks
   * @param newest the newest version of the protocol that it speaks
   * @param capabilities what it can do beyond that, for example {@code probe:v1}
   * @param product the product's version, for people
   * @param address where it tells all members to dial it; empty when it does not know, or nobody
   *     can
   */
  record Hello(
      String node,
      long epoch,
      String region,
      String cluster,
      int oldest,
      int newest,
      Set<String> capabilities,
      String product,
      String address)
      implements SyncMessage {
    /** Refuses what is out of bounds. */
    public Hello {
      Bounds.name("hello.node", node);
      Bounds.atLeast("hello.epoch", epoch, 1);
      Bounds.name("hello.region", region);
      Bounds.text("hello.cluster", cluster, 0, Bounds.MAX_NAME);
      Bounds.atLeast("hello.oldest", oldest, 1);
      Bounds.atLeast("hello.newest", newest, oldest);
      Bounds.size("hello.capabilities", capabilities, Bounds.MAX_CAPABILITIES);
      capabilities.forEach(name -> Bounds.text("hello.capability", name, 1, Bounds.MAX_CAPABILITY));
      capabilities = Collections.unmodifiableSortedSet(new TreeSet<>(capabilities));
      Bounds.text("hello.product", product, 0, Bounds.MAX_NAME);
      Bounds.text("hello.address", address, 0, Bounds.MAX_ADDRESS);
    }
  }

  /**
   * What the sender wants of the receiver from now on; replaces what it wanted before.
   *
   * @param nodes whose writes; the receiver's own name among them for its own
   * @param regions the regions of all of whose nodes it wants the writes
   * @param covered how far the sender has got with each node that it knows
   */
  record Subscribe(Set<String> nodes, Set<String> regions, List<Mark> covered)
      implements SyncMessage {
    /** Refuses what is out of bounds. */
    public Subscribe {
      nodes = Set.copyOf(Bounds.size("subscribe.nodes", nodes, Bounds.MAX_ENTRIES));
      nodes.forEach(node -> Bounds.name("subscribe.nodes", node));
      regions = Set.copyOf(Bounds.size("subscribe.regions", regions, Bounds.MAX_ENTRIES));
      regions.forEach(region -> Bounds.name("subscribe.regions", region));
      covered = List.copyOf(Bounds.size("subscribe.covered", covered, Bounds.MAX_ENTRIES));
    }
  }

  /**
   * The answer to {@link Subscribe}, before anything that was asked for.
   *
   * @param complete whether what follows continues what the subscriber has; if not, only what is
   *     new follows, without marks, and the subscriber must compare digests and subscribe again
   */
  record Subscribed(boolean complete) implements SyncMessage {}

  /**
   * Values of counters, each the newest; and how far they complete what the receiver has.
   *
   * <p>Counter ids, windows and writers repeat from message to message: an encoding should send
   * each of them once per link and refer to it later.
   *
   * @param slots the values
   * @param covered how far the receiver has got once it has merged them; may be empty
   */
  record Counters(List<Slot> slots, List<Mark> covered) implements SyncMessage {
    /** Refuses what is out of bounds. */
    public Counters {
      slots = List.copyOf(Bounds.size("counters.slots", slots, Bounds.MAX_ENTRIES));
      covered = List.copyOf(Bounds.size("counters.covered", covered, Bounds.MAX_ENTRIES));
    }
  }

  /**
   * Changes of configuration, each the newest of its entity; and how far they complete what the
   * receiver has.
   *
   * @param changes the changes
   * @param covered how far the receiver has got once it has applied them; may be empty
   */
  record Changes(List<ChangeEntry> changes, List<Mark> covered) implements SyncMessage {
    /** Refuses what is out of bounds. */
    public Changes {
      changes = boundedChanges(changes);
      covered = List.copyOf(Bounds.size("changes.covered", covered, Bounds.MAX_ENTRIES));
    }
  }

  /**
   * Asks for a digest.
   *
   * @param log of what
   * @param round names this comparison in what follows; grows
   * @param sum the sum of the sender's own buckets, so that equality costs no digest
   * @param without writers whose slots are left out; none for configuration
   */
  record DigestRequest(Log log, long round, long sum, Set<Writer> without) implements SyncMessage {
    /** Refuses what is out of bounds. */
    public DigestRequest {
      Objects.requireNonNull(log, "digest.log is null");
      without = Set.copyOf(Bounds.size("digest.without", without, Bounds.MAX_ENTRIES));
    }
  }

  /**
   * A summary of all that the sender has: equal buckets hold the same.
   *
   * @param log of what
   * @param round the comparison that asked for it
   * @param buckets a sum of hashes for each bucket; empty when their sum is the one that was asked
   *     with, so that nothing differs
   * @param covered how far the receiver has got once all buckets that differ are repaired
   */
  record Digest(Log log, long round, List<Long> buckets, List<Mark> covered)
      implements SyncMessage {
    /** Refuses what is out of bounds. */
    public Digest {
      Objects.requireNonNull(log, "digest.log is null");
      buckets = List.copyOf(Bounds.size("digest.buckets", buckets, Bounds.MAX_BUCKETS));
      covered = List.copyOf(Bounds.size("digest.covered", covered, Bounds.MAX_ENTRIES));
    }
  }

  /**
   * Asks for what is in some buckets.
   *
   * @param log of what
   * @param round the comparison
   * @param buckets their numbers
   * @param without writers whose slots are left out; none for configuration
   */
  record BucketRequest(Log log, long round, List<Integer> buckets, Set<Writer> without)
      implements SyncMessage {
    /** Refuses what is out of bounds. */
    public BucketRequest {
      without = Set.copyOf(Bounds.size("bucket.without", without, Bounds.MAX_ENTRIES));
      Objects.requireNonNull(log, "bucket.log is null");
      buckets = List.copyOf(Bounds.size("bucket.buckets", buckets, Bounds.MAX_BUCKETS));
      buckets.forEach(bucket -> Bounds.atLeast("bucket.buckets", bucket, 0));
    }
  }

  /**
   * Slots of the buckets that were asked for, in as many messages as it takes.
   *
   * @param round the comparison
   * @param slots some of them
   * @param last whether these were the last
   */
  record BucketSlots(long round, List<Slot> slots, boolean last) implements SyncMessage {
    /** Refuses what is out of bounds. */
    public BucketSlots {
      slots = List.copyOf(Bounds.size("bucket.slots", slots, Bounds.MAX_ENTRIES));
    }
  }

  /**
   * Versions of the entities in the buckets that were asked for, in as many messages as it takes.
   *
   * @param round the comparison
   * @param versions some of them
   * @param last whether these were the last
   */
  record BucketVersions(long round, List<EntityVersion> versions, boolean last)
      implements SyncMessage {
    /** Refuses what is out of bounds. */
    public BucketVersions {
      versions = List.copyOf(Bounds.size("bucket.versions", versions, Bounds.MAX_ENTRIES));
    }
  }

  /**
   * Asks for entities of which the sender lacks a version that the receiver has.
   *
   * @param round the comparison
   * @param entities which, with the version that was offered
   * @param last whether these were the last of the comparison
   */
  record ChangeRequest(long round, List<EntityVersion> entities, boolean last)
      implements SyncMessage {
    /** Refuses what is out of bounds. */
    public ChangeRequest {
      entities = List.copyOf(Bounds.size("fetch.entities", entities, Bounds.MAX_ENTRIES));
    }
  }

  /**
   * Entities that were asked for, in as many messages as it takes.
   *
   * @param round the comparison
   * @param changes some of them
   * @param last whether these were the last of the comparison
   */
  record FetchedChanges(long round, List<ChangeEntry> changes, boolean last)
      implements SyncMessage {
    /** Refuses what is out of bounds. */
    public FetchedChanges {
      changes = boundedChanges(changes);
    }
  }

  /**
   * How far members have got, as far as the sender has heard and the receiver has not.
   *
   * @param marks one for each pair of a member and an origin
   */
  record Progress(List<MemberMark> marks) implements SyncMessage {
    /** Refuses what is out of bounds. */
    public Progress {
      marks = List.copyOf(Bounds.size("progress.marks", marks, Bounds.MAX_ENTRIES));
    }
  }

  /**
   * Which changes one member could not take, as the member itself says; replaces what it said
   * before. Sent before the marks that pass over them.
   *
   * @param member the member's node id
   * @param epoch which of its lives
   * @param revision grows with each change of the list; the greatest counts
   * @param changes the last ones
   */
  record Refusals(String member, long epoch, long revision, List<EntityVersion> changes)
      implements SyncMessage {
    /** Refuses what is out of bounds. */
    public Refusals {
      Bounds.name("refusals.member", member);
      Bounds.atLeast("refusals.epoch", epoch, 1);
      Bounds.atLeast("refusals.revision", revision, 1);
      changes = List.copyOf(Bounds.size("refusals.changes", changes, Bounds.MAX_REFUSALS));
    }
  }

  /**
   * The sender has found by a comparison what it had missed. The receiver may have missed it too,
   * and compares with the sender.
   *
   * @param hops by way of how many nodes this has come, 1 to {@link Bounds#MAX_HOPS}
   */
  record Repaired(int hops) implements SyncMessage {
    /** Refuses what is out of bounds. */
    public Repaired {
      if (hops < 1 || hops > Bounds.MAX_HOPS) {
        throw new IllegalArgumentException(
            "repaired.hops is %d, use 1 to %d".formatted(hops, Bounds.MAX_HOPS));
      }
    }
  }

  /**
   * Sent every second by both sides: that the sender lives, what its clock says, and what it
   * carries for others.
   *
   * @param number counts the sender's heartbeats on this link, from 1
   * @param wallMillis what its wall clock says, in milliseconds since the epoch
   * @param echo the number of the last heartbeat that it has received on this link, 0 for none
   * @param echoMicros how long ago that was, in microseconds
   * @param carries regions other than its own whose writes it gets directly, so that it can be
   *     subscribed to for them
   */
  record Heartbeat(long number, long wallMillis, long echo, long echoMicros, Set<String> carries)
      implements SyncMessage {
    /** Refuses what is out of bounds. */
    public Heartbeat {
      Bounds.atLeast("heartbeat.number", number, 1);
      Bounds.atLeast("heartbeat.wallMillis", wallMillis, 0);
      Bounds.atLeast("heartbeat.echo", echo, 0);
      Bounds.atLeast("heartbeat.echoMicros", echoMicros, 0);
      carries = Set.copyOf(Bounds.size("heartbeat.carries", carries, Bounds.MAX_ENTRIES));
      carries.forEach(region -> Bounds.name("heartbeat.carries", region));
    }
  }

  private static List<ChangeEntry> boundedChanges(List<ChangeEntry> changes) {
    Bounds.size("changes", changes, Bounds.MAX_CHANGES);
    long content =
        changes.stream().mapToLong(change -> change.content().map(String::length).orElse(0)).sum();
    if (changes.size() > 1 && content > Bounds.MAX_BATCH_CONTENT) {
      throw new IllegalArgumentException(
          "changes have %d characters of content, use at most %d"
              .formatted(content, Bounds.MAX_BATCH_CONTENT));
    }
    return List.copyOf(changes);
  }
}
