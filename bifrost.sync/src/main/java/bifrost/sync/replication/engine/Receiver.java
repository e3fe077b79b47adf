package bifrost.sync.replication.engine;

import bifrost.api.cluster.ReplicationState.Conflict;
import bifrost.api.snapshot.Change;
import bifrost.sync.replication.message.ChangeEntry;
import bifrost.sync.replication.message.Mark;
import bifrost.sync.replication.message.MemberMark;
import bifrost.sync.replication.message.SyncMessage;
import bifrost.sync.replication.message.SyncMessage.BucketRequest;
import bifrost.sync.replication.message.SyncMessage.BucketSlots;
import bifrost.sync.replication.message.SyncMessage.BucketVersions;
import bifrost.sync.replication.message.SyncMessage.ChangeRequest;
import bifrost.sync.replication.message.SyncMessage.Changes;
import bifrost.sync.replication.message.SyncMessage.Counters;
import bifrost.sync.replication.message.SyncMessage.Digest;
import bifrost.sync.replication.message.SyncMessage.DigestRequest;
import bifrost.sync.replication.message.SyncMessage.FetchedChanges;
import bifrost.sync.replication.message.SyncMessage.Progress;
import bifrost.sync.replication.message.SyncMessage.Subscribed;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Takes what peers send into the ledger, the configuration and the marks. The owner's. */
final class Receiver {
  private final ChangeApplier applier;
  private final Local local;
  private final Worker worker;
  private final Coverage coverage;
  private final ProgressTable progress;
  private final Probe probe;
  private final Answers answers;
  private final Comparisons comparisons;
  private final Notes notes;
  private final EngineStats stats;

  /** Origins of which this node has something new to confirm. */
  private final Set<String> unconfirmed = new HashSet<>();

  /** What a message has led to. */
  enum Effect {
    /** Nothing that others wait for. */
    NONE,
    /** Values that others may want. */
    NEWS,
    /** Members have got farther. */
    PROGRESS
  }

  Receiver(
      ChangeApplier applier,
      Local local,
      Worker worker,
      Coverage coverage,
      ProgressTable progress,
      Probe probe,
      Answers answers,
      Comparisons comparisons,
      Notes notes,
      EngineStats stats) {
    this.applier = applier;
    this.local = local;
    this.worker = worker;
    this.coverage = coverage;
    this.progress = progress;
    this.probe = probe;
    this.answers = answers;
    this.comparisons = comparisons;
    this.notes = notes;
    this.stats = stats;
  }

  /**
   * Deals with a message.
   *
   * @param applied takes the changes that won here
   */
  Effect handle(Session session, SyncMessage message, long nanos, Consumer<List<Change>> applied) {
    Runnable processed = session.link()::processed;
    Effect effect = Effect.NONE;
    switch (message) {
      case Counters counters -> {
        effect = counters(session, counters);
        processed.run();
      }
      case Changes changes -> {
        apply(session, changes.changes(), applied, processed);
        marks(session, changes.covered());
      }
      case Progress news -> {
        effect = progress(news);
        processed.run();
      }
      case Subscribed answer -> {
        subscribed(session, answer);
        processed.run();
      }
      case DigestRequest request -> answers.digest(session, request, processed);
      case BucketRequest request -> answers.buckets(session, request, processed);
      case ChangeRequest request -> answers.fetch(session, request, processed);
      case Digest digest -> comparisons.digest(session, digest, nanos, processed);
      case BucketSlots slots -> {
        comparisons.slots(session, slots, nanos);
        effect = Effect.NEWS;
        processed.run();
      }
      case BucketVersions versions -> {
        comparisons.versions(session, versions, nanos);
        processed.run();
      }
      case FetchedChanges changes -> {
        stats.repairedChanges += changes.changes().size();
        apply(
            session,
            changes.changes(),
            applied,
            () -> {
              comparisons.fetched(session, changes, nanos);
              processed.run();
            });
      }
      default -> processed.run();
    }
    return effect;
  }

  private Effect counters(Session session, Counters counters) {
    Effect effect = Effect.NONE;
    if (!counters.slots().isEmpty()) {
      stats.slotsReceived += counters.slots().size();
      int news = local.ledger().merge(counters.slots());
      stats.slotsNew += news;
      effect = news > 0 ? Effect.NEWS : Effect.NONE;
      counters.slots().stream()
          .filter(slot -> slot.counter().equals(Probe.COUNTER))
          .forEach(
              slot -> {
                probe.received(slot);
                unconfirmed.add(slot.node());
              });
    }
    marks(session, counters.covered());
    return effect;
  }

  private void apply(
      Session session,
      List<ChangeEntry> entries,
      Consumer<List<Change>> applied,
      Runnable processed) {
    if (entries.isEmpty()) {
      worker.run(() -> entries, same -> processed.run());
      return;
    }
    stats.changesReceived += entries.size();
    worker.run(
        () -> applier.apply(session.peer(), entries),
        result -> {
          stats.changesNew += result.won().size();
          result.won().forEach(change -> notes.taken(change.type().label(), change.id()));
          result.conflicts().forEach(this::conflict);
          result.refused().forEach(notes::refused);
          applied.accept(result.won());
          processed.run();
        });
  }

  private void conflict(Conflict conflict) {
    if (notes.conflict(conflict)) {
      worker.run(
          () -> {
            local.overruled().accept(conflict);
            return conflict;
          },
          recorded -> {});
    }
  }

  /** Marks hold once what came before them is applied. */
  private void marks(Session session, List<Mark> covered) {
    if (covered.isEmpty()) {
      return;
    }
    if (worker.isBusy()) {
      worker.run(() -> covered, marks -> join(session, marks));
    } else {
      join(session, covered);
    }
  }

  private void join(Session session, List<Mark> covered) {
    for (Mark mark : covered) {
      Mark before = coverage.of(mark.node());
      Mark holds =
          session.complete ? mark : new Mark(mark.node(), mark.epoch(), 0, mark.counters());
      if (coverage.join(List.of(holds))) {
        comparisons.suspectAll();
      }
      Mark after = coverage.of(mark.node());
      if (after != null
          && (before == null
              || before.epoch() != after.epoch()
              || before.changes() != after.changes())) {
        unconfirmed.add(mark.node());
      }
    }
  }

  /** Tells the others how far this node has got, where that is news to them. */
  void confirm() {
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

  private Effect progress(Progress news) {
    Effect effect = Effect.NONE;
    for (MemberMark mark : news.marks()) {
      if (progress.put(mark)) {
        probe.told(mark);
        effect = Effect.PROGRESS;
      }
    }
    return effect;
  }

  private static void subscribed(Session session, Subscribed answer) {
    if (session.unanswered > 0) {
      session.unanswered--;
    }
    session.complete = answer.complete();
    session.incomplete = !answer.complete();
  }
}
