package bifrost.sync.replication.engine;

import bifrost.api.journal.Writer;
import bifrost.api.ledger.Ledger;
import bifrost.api.ledger.Slot;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.ConfigurationReplica;
import bifrost.api.snapshot.ConfigurationReplica.Versioned;
import bifrost.sync.replication.message.Bounds;
import bifrost.sync.replication.message.ChangeEntry;
import bifrost.sync.replication.message.EntityVersion;
import bifrost.sync.replication.message.Log;
import bifrost.sync.replication.message.Mark;
import bifrost.sync.replication.message.SyncMessage;
import bifrost.sync.replication.message.SyncMessage.BucketRequest;
import bifrost.sync.replication.message.SyncMessage.BucketSlots;
import bifrost.sync.replication.message.SyncMessage.BucketVersions;
import bifrost.sync.replication.message.SyncMessage.ChangeRequest;
import bifrost.sync.replication.message.SyncMessage.Digest;
import bifrost.sync.replication.message.SyncMessage.DigestRequest;
import bifrost.sync.replication.message.SyncMessage.FetchedChanges;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Answers peers that compare what they have with what this node has. Keeps nothing between two
 * requests; walks run on the worker. The owner's.
 */
final class Answers {
  private static final int CHUNK = 2_048;
  private static final int KEPT_MILLIS = 500;

  private final Local local;
  private final Worker worker;
  private final Coverage coverage;
  private final Sender sender;

  /** The last sums without some writers; the worker's. */
  private Kept kept;

  /** Written by the owner, read by the worker. */
  private volatile long repairs;

  private record Kept(long repairs, long millis, Set<Writer> without, List<Long> sums) {}

  Answers(Local local, Worker worker, Coverage coverage, Sender sender) {
    this.local = local;
    this.worker = worker;
    this.coverage = coverage;
    this.sender = sender;
  }

  /**
   * The sums of a log. Those of the ledger take a walk over all slots; when a member goes, all of
   * its peers ask for the same ones at once, so they are kept for a moment.
   *
   * @param without writers whose slots are left out
   */
  List<Long> sums(Log log, Set<Writer> without) {
    if (log == Log.CHANGES) {
      return local.replica().digest();
    }
    if (without.isEmpty()) {
      return local.ledger().digest().buckets();
    }
    long now = local.clock().millis();
    Kept known = kept;
    if (known == null
        || known.repairs() != repairs
        || Math.abs(now - known.millis()) > KEPT_MILLIS
        || !known.without().equals(without)) {
      long before = repairs;
      known = new Kept(before, now, without, local.ledger().digest(without).buckets());
      kept = known;
    }
    return known.sums();
  }

  /** Slots have come that nobody writes any more. */
  void repaired() {
    repairs++;
  }

  static long sum(List<Long> sums) {
    return sums.stream().mapToLong(Long::longValue).sum();
  }

  void digest(Session session, DigestRequest request, Runnable processed) {
    // What is covered now is in what is summed later.
    List<Mark> covered = request.log() == Log.CHANGES ? changesOnly(coverage.copy()) : List.of();
    worker.run(
        () -> sums(request.log(), request.without()),
        sums -> {
          boolean equal = sum(sums) == request.sum();
          answer(
              session,
              new Digest(request.log(), request.round(), equal ? List.of() : sums, covered));
          processed.run();
        });
  }

  private static List<Mark> changesOnly(List<Mark> marks) {
    return marks.stream()
        .limit(Bounds.MAX_ENTRIES)
        .map(mark -> new Mark(mark.node(), mark.epoch(), mark.changes(), 0))
        .toList();
  }

  void buckets(Session session, BucketRequest request, Runnable processed) {
    Set<Integer> buckets = new HashSet<>(request.buckets());
    int count = sumsCount(request.log());
    if (buckets.stream().anyMatch(bucket -> bucket >= count)) {
      session.link().close("a bucket was asked for that does not exist; versions differ too much");
      processed.run();
      return;
    }
    if (request.log() == Log.CHANGES) {
      worker.run(
          () -> local.replica().versions(buckets),
          found -> {
            versions(session, request.round(), found);
            processed.run();
          });
    } else {
      worker.run(
          () -> slots(buckets, request.without()),
          found -> {
            slots(session, request.round(), found);
            processed.run();
          });
    }
  }

  private List<Slot> slots(Set<Integer> buckets, Set<Writer> without) {
    return buckets.stream()
        .flatMap(bucket -> local.ledger().bucket(bucket).stream())
        .filter(slot -> !without.contains(new Writer(slot.node(), slot.epoch())))
        .toList();
  }

  private static int sumsCount(Log log) {
    return log == Log.CHANGES ? ConfigurationReplica.BUCKETS : Ledger.BUCKETS;
  }

  private void versions(Session session, long round, List<Versioned> found) {
    int from = 0;
    do {
      List<Versioned> part = found.subList(from, Math.min(from + CHUNK, found.size()));
      from += CHUNK;
      boolean last = from >= found.size();
      answer(
          session,
          () ->
              new BucketVersions(
                  round,
                  part.stream()
                      .map(row -> new EntityVersion(row.type().label(), row.id(), row.version()))
                      .toList(),
                  last));
    } while (from < found.size());
  }

  private void slots(Session session, long round, List<Slot> found) {
    int from = 0;
    do {
      List<Slot> part = found.subList(from, Math.min(from + CHUNK, found.size()));
      from += CHUNK;
      boolean last = from >= found.size();
      answer(session, () -> new BucketSlots(round, part, last));
    } while (from < found.size());
  }

  /** Sends the entities that were asked for, each as it is now. */
  void fetch(Session session, ChangeRequest request, Runnable processed) {
    worker.run(
        () -> texts(request.entities()),
        batches -> {
          for (int i = 0; i < batches.size(); i++) {
            List<ChangeEntry> batch = batches.get(i);
            boolean last = request.last() && i == batches.size() - 1;
            answer(session, new FetchedChanges(request.round(), batch, last));
          }
          processed.run();
        });
  }

  private List<List<ChangeEntry>> texts(List<EntityVersion> entities) {
    List<List<ChangeEntry>> batches = new ArrayList<>();
    List<ChangeEntry> batch = new ArrayList<>();
    long length = 0;
    for (EntityVersion entity : entities) {
      Optional<Change> change =
          ChangeApplier.typeOf(entity.type())
              .flatMap(type -> local.replica().find(type, entity.id()));
      if (change.isEmpty()) {
        continue;
      }
      ChangeEntry entry = sender.entry(change.get());
      long its = entry.content().map(String::length).orElse(0);
      if (batch.size() == Bounds.MAX_CHANGES
          || (!batch.isEmpty() && length + its > Bounds.MAX_BATCH_CONTENT)) {
        batches.add(batch);
        batch = new ArrayList<>();
        length = 0;
      }
      batch.add(entry);
      length += its;
    }
    batches.add(batch);
    return batches;
  }

  private static void answer(Session session, SyncMessage message) {
    answer(session, () -> message);
  }

  private static void answer(Session session, Supplier<SyncMessage> message) {
    if (!session.answer(message)) {
      session.link().close("more was asked for than can be answered; a defect of the peer");
    }
  }
}
