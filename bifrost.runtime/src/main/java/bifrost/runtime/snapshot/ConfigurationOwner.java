package bifrost.runtime.snapshot;

import bifrost.api.model.InvalidConfigException;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.SnapshotOwner;
import bifrost.api.snapshot.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one owner of the configuration.
 *
 * <p>Writers take turns: check, keep, publish. A change is kept before anyone sees it, so what is
 * refused by the sink has never been. Writers hold their lock while the sink works, not while
 * listeners do; readers need no lock and go on with the snapshot before.
 */
final class ConfigurationOwner implements SnapshotOwner {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationOwner.class);

  private final ReentrantLock writers = new ReentrantLock(true);
  private final Publication publication;
  private final HybridClock clock;
  private final ChangeSink sink;

  ConfigurationOwner(Publication publication, HybridClock clock, ChangeSink sink) {
    this.publication = publication;
    this.clock = clock;
    this.sink = sink;
  }

  @Override
  public Snapshot current() {
    return publication.current();
  }

  @Override
  public Version version(EntityType type, String id) {
    return publication.current().version(type, id);
  }

  @Override
  public Written put(Entity entity, Optional<Version> expected) {
    return write(entity.type(), entity.id(), Optional.of(entity), expected);
  }

  @Override
  public Written remove(EntityType type, String id, Optional<Version> expected) {
    return write(type, id, Optional.empty(), expected);
  }

  @Override
  public List<Change> merge(List<Change> changes) {
    return merge(changes, sink);
  }

  /** Merges changes that are kept already. */
  List<Change> mergeStored(List<Change> changes) {
    return merge(changes, kept -> {});
  }

  private List<Change> merge(List<Change> changes, ChangeSink keeper) {
    refuseListener();
    List<Change> won = new ArrayList<>();
    List<Change> refused = new ArrayList<>();
    Future<?> told = null;
    writers.lock();
    try {
      SnapshotEditor editor = publication.current().edit();
      for (Change change : changes) {
        if (!change.version().isAfter(editor.version(change.type(), change.id()))) {
          continue;
        }
        if (!isFit(change) || !clock.observe(change.version())) {
          refused.add(change);
          continue;
        }
        editor.apply(change);
        won.add(change);
      }
      if (!won.isEmpty()) {
        told = apply(editor, List.copyOf(won), keeper);
      }
    } finally {
      writers.unlock();
    }
    publication.await(told);
    if (!refused.isEmpty()) {
      Change first = refused.get(0);
      LOG.warn(
          "{} foreign changes are refused, of {} '{}' by node {} first: their ids or versions do not"
              + " fit, or their versions lie more than {} s in the future. Set that node's clock"
              + " right",
          refused.size(),
          first.type().label(),
          printable(first.id()),
          printable(first.version().node()),
          HybridClock.MAX_DRIFT.toSeconds());
    }
    return List.copyOf(won);
  }

  private Written write(
      EntityType type, String id, Optional<Entity> content, Optional<Version> expected) {
    refuseListener();
    Change change;
    Future<?> told;
    writers.lock();
    try {
      MapSnapshot before = publication.current();
      Version known = before.version(type, id);
      if (expected.isPresent() && !expected.get().equals(known)) {
        return new Written.Conflict(known);
      }
      ReferenceRules rules = new ReferenceRules(before);
      content.ifPresentOrElse(rules::check, () -> rules.checkRemoval(type, id));
      change = new Change(type, id, next(type, id, known, content.isEmpty()), content);
      SnapshotEditor editor = before.edit();
      editor.apply(change);
      told = apply(editor, List.of(change), sink);
    } finally {
      writers.unlock();
    }
    publication.await(told);
    return new Written.Applied(change);
  }

  private Version next(EntityType type, String id, Version known, boolean removal) {
    if (HybridClock.isUsedUp(known)) {
      throw new InvalidConfigException(
          "id",
          "%s '%s' was deleted and written anew %d times, which is the most; use another id"
              .formatted(type.label(), id, known.generation()));
    }
    return removal ? clock.delete(known) : clock.edit(known);
  }

  /** Stores take ids and node ids up to these lengths; a tombstone is known by its version. */
  private static boolean isFit(Change change) {
    return change.isTombstone() == change.version().isTombstone()
        && ReferenceRules.isFit(change.id(), ReferenceRules.LONGEST_ID)
        && ReferenceRules.isFit(change.version().node(), ReferenceRules.LONGEST_NODE);
  }

  private static String printable(String text) {
    String cut = text.length() > 64 ? text.substring(0, 64) + "..." : text;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }

  private Future<?> apply(SnapshotEditor editor, List<Change> changes, ChangeSink keeper) {
    keeper.keep(changes);
    return publication.publish(editor.build(publication.current().revision() + 1), changes);
  }

  /** A listener that wrote would wait for itself. */
  private void refuseListener() {
    if (publication.isTelling()) {
      throw new IllegalStateException("a snapshot listener must not change the configuration");
    }
  }
}
