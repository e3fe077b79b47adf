package bifrost.runtime.snapshot;

import bifrost.api.journal.Journal;
import bifrost.api.journal.JournalRecord;
import bifrost.api.model.InvalidConfigException;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityCheck;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.SnapshotListener;
import bifrost.api.snapshot.SnapshotOwner;
import bifrost.api.snapshot.Version;
import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.StoreException;
import bifrost.runtime.snapshot.codec.EntityCodec;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Offers the snapshot's owner as a service, from the moment that the boot has loaded one.
 *
 * <p>Changes go to the journal; while there is none, straight into the store.
 */
@Component(service = {SnapshotOwner.class, SnapshotService.class})
public final class SnapshotService implements SnapshotOwner {
  private static final int LONGEST_ROW = 1_000_000;

  private final EntityCodec codec;
  private final Publication publication;
  private final ConfigurationOwner owner;
  private final List<EntityCheck> checks = new CopyOnWriteArrayList<>();
  private volatile Journal journal;
  private volatile ConfigStore store;

  /** Takes over what the boot has loaded. */
  @Activate
  public SnapshotService(@Reference(name = "loaded") LoadedSnapshot loaded) {
    this.codec = loaded.codec();
    this.publication = new Publication(loaded.snapshot());
    this.owner = new ConfigurationOwner(publication, loaded.clock(), this::keep);
  }

  /** Tells no listener any more. */
  @Deactivate
  public void close() {
    publication.close();
  }

  void add(SnapshotListener listener) {
    publication.add(listener);
  }

  void remove(SnapshotListener listener) {
    publication.remove(listener);
  }

  void add(EntityCheck check) {
    checks.add(check);
  }

  void remove(EntityCheck check) {
    checks.remove(check);
  }

  /** Takes the journal. */
  @Reference(
      name = "journal",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  public void bindJournal(Journal bound) {
    journal = bound;
  }

  /** Lets the journal go. */
  public void unbindJournal(Journal gone) {
    if (journal == gone) {
      journal = null;
    }
  }

  /** Takes the store. */
  @Reference(
      name = "store",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  public void bindStore(ConfigStore bound) {
    store = bound;
  }

  /** Lets the store go. */
  public void unbindStore(ConfigStore gone) {
    if (store == gone) {
      store = null;
    }
  }

  @Override
  public MapSnapshot current() {
    return publication.current();
  }

  @Override
  public Written put(Entity entity, Optional<Version> expected) {
    checks.forEach(check -> check.check(entity));
    int length = codec.encode(entity).length();
    if (length > LONGEST_ROW) {
      throw new InvalidConfigException(
          "",
          "%s '%s' takes %d characters, a store takes %d; split or shorten it"
              .formatted(entity.type().label(), entity.id(), length, LONGEST_ROW));
    }
    return owner.put(entity, expected);
  }

  @Override
  public Written remove(EntityType type, String id, Optional<Version> expected) {
    return owner.remove(type, id, expected);
  }

  @Override
  public List<Change> merge(List<Change> changes) {
    return owner.merge(changes);
  }

  /**
   * Takes over rows that a store holds; they are not journalled.
   *
   * @return those that were news
   */
  public List<Change> takeFromStore(List<Change> changes) {
    return owner.mergeStored(changes);
  }

  @Override
  public Version version(EntityType type, String id) {
    return owner.version(type, id);
  }

  /** The snapshot of now with its versions. */
  MapSnapshot snapshot() {
    return publication.current();
  }

  private void keep(List<Change> changes) {
    Journal boundJournal = journal;
    if (boundJournal != null) {
      changes.forEach(change -> boundJournal.append(new JournalRecord.ConfigChange(change)));
      return;
    }
    ConfigStore boundStore = store;
    if (boundStore == null) {
      throw new StoreException(
          "there is neither a journal nor a store to keep the change; try again when one is up",
          true,
          null);
    }
    boundStore.write(changes.stream().map(codec::row).toList());
  }
}
