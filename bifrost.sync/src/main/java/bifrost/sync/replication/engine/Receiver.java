package bifrost.sync.replication.engine;

import bifrost.api.cluster.ReplicationState.Conflict;
import bifrost.api.snapshot.Change;
import bifrost.sync.replication.message.ChangeEntry;
import bifrost.sync.replication.message.Mark;
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
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what peers send into the ledger, the configuration and the marks. The owner's. */
final class Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

  private final ChangeApplier applier;
  private final Local local;
  private final Worker worker;
  private final Confirmations confirmations;
  private final Probe probe;
  private final Answers answers;
  private final Comparisons comparisons;
  private final Notes notes;
  private final Refusals refusals;
  private final EngineStats stats;

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
      Confirmations confirmations,
      Probe probe,
      Answers answers,
      Comparisons comparisons,
      Notes notes,
      Refusals refusals,
      EngineStats stats) {
    this.applier = applier;
    this.local = local;
    this.worker = worker;
    this.confirmations = confirmations;
    this.probe = probe;
    this.answers = answers;
    this.comparisons = comparisons;
    this.notes = notes;
    this.refusals = refusals;
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
        effect = confirmations.told(news) ? Effect.PROGRESS : Effect.NONE;
        processed.run();
      }
      case SyncMessage.Repaired news -> {
        comparisons.told(session.peer(), news.hops(), nanos);
        processed.run();
      }
      case SyncMessage.Refusals news -> {
        effect = confirmations.told(session, news) ? Effect.PROGRESS : Effect.NONE;
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
            won -> {
              applied.accept(won);
              comparisons.fetched(session, changes, won.size(), nanos);
            },
            processed);
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
                confirmations.due(slot.node());
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
      worker.run(
          () -> entries,
          same -> {
            applied.accept(List.of());
            processed.run();
          });
      return;
    }
    stats.changesReceived += entries.size();
    worker.run(
        () -> attempt(session.peer(), entries),
        attempt -> {
          if (attempt.isEmpty()) {
            session.failed = true;
            session.link().close("what it sent could not be applied here; it is asked for again");
          }
          attempt.ifPresent(
              result -> {
                stats.changesNew += result.won().size();
                result.conflicts().forEach(this::conflict);
                result.refused().forEach(refusals::refused);
                applied.accept(result.won());
              });
          processed.run();
        });
  }

  /** Empty when neither journal nor store would keep the changes. */
  private Optional<ChangeApplier.Applied> attempt(String peer, List<ChangeEntry> entries) {
    try {
      return Optional.of(applier.apply(peer, entries));
    } catch (RuntimeException e) {
      LOG.warn(
          "{}: {} changes could not be applied, they are asked for again", peer, entries.size(), e);
      return Optional.empty();
    }
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
      worker.run(() -> covered, marks -> confirmations.join(session, marks));
    } else {
      confirmations.join(session, covered);
    }
  }

  private static void subscribed(Session session, Subscribed answer) {
    if (session.unanswered > 0) {
      session.unanswered--;
    }
    session.complete = answer.complete();
    session.incomplete = !answer.complete();
  }
}
