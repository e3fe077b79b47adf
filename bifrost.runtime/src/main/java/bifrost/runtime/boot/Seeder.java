package bifrost.runtime.boot;

import bifrost.api.model.InvalidConfigException;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.Version;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.config.ConfigFile;
import bifrost.runtime.config.SeedRow;
import bifrost.runtime.snapshot.HybridClock;
import bifrost.runtime.snapshot.LoadedSnapshot.RowId;
import bifrost.runtime.snapshot.codec.EntityCodec;
import bifrost.runtime.snapshot.codec.SecretBox;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which rows of the configuration file are written to the store.
 *
 * <p>A row that the store does not have is added with the oldest version there is, so that it never
 * beats an edit that a lagging replica has not shown yet. A row whose file text has changed since
 * it was seeded is overwritten. Any other keeps what was done to it at run time, its removal
 * included. Of kinds for which the file is the only truth, edits are undone and other rows end.
 */
final class Seeder {
  private static final Logger LOG = LoggerFactory.getLogger(Seeder.class);
  private static final long OLDEST = 1;

  private static final String SEALED_HASH = "seed_hash/";

  private final String nodeId;
  private final EntityCodec codec;
  private final HybridClock clock;
  private final SecretBox box;

  Seeder(String nodeId, EntityCodec codec, HybridClock clock, SecretBox box) {
    this.nodeId = nodeId;
    this.codec = codec;
    this.clock = clock;
    this.box = box;
  }

  /** The rows to look up in the store before {@link #seed}. */
  static Set<RowId> ids(ConfigFile file) {
    Set<RowId> ids = new HashSet<>();
    file.seeds().forEach(seed -> ids.add(new RowId(seed.type(), seed.id())));
    return ids;
  }

  /** Applies the file to what was loaded; returns the rows to store. */
  List<StoredEntity> seed(ConfigFile file, StoreLoad load) {
    Snapshot stored = load.editor().build(0);
    List<StoredEntity> rows = new ArrayList<>();
    for (SeedRow seed : file.seeds()) {
      Version known = load.version(seed.type(), seed.id());
      if (known.equals(Version.NEVER)) {
        write(seed, new Version(OLDEST, nodeId), load, rows);
      } else if (isOutdated(seed, file, load, stored)) {
        if (isWritable(seed.type(), seed.id(), known)) {
          write(seed, clock.edit(known), load, rows);
        }
      }
    }
    for (EntityType type : file.authoritative()) {
      endOthers(type, file, load, stored, rows);
    }
    load.noteSeeds(rows);
    return rows;
  }

  private void write(SeedRow seed, Version version, StoreLoad load, List<StoredEntity> rows) {
    Change change = Change.put(seed.content().get(), version);
    load.editor().apply(change);
    rows.add(codec.row(change, storedHash(seed)));
  }

  private boolean isOutdated(SeedRow seed, ConfigFile file, StoreLoad load, Snapshot stored) {
    if (!isHashOf(seed, load.seedHash(seed.type(), seed.id()))) {
      return true;
    }
    // Admin credentials are hashed anew each time and cannot be compared.
    return file.authoritative().contains(seed.type())
        && seed.type() != EntityType.AUTH
        && !entity(stored, seed.type(), seed.id()).equals(Optional.of(seed.content().get()));
  }

  /** The row of the admin holds a password, which its hash would let people guess. */
  private String storedHash(SeedRow seed) {
    return seed.type() == EntityType.AUTH
        ? box.seal(SEALED_HASH + seed.id(), seed.hash())
        : seed.hash();
  }

  private boolean isHashOf(SeedRow seed, String stored) {
    if (stored.isEmpty() || seed.type() != EntityType.AUTH) {
      return seed.hash().equals(stored);
    }
    try {
      return seed.hash().equals(box.open(SEALED_HASH + seed.id(), stored));
    } catch (IllegalArgumentException | InvalidConfigException e) {
      return false;
    }
  }

  private void endOthers(
      EntityType type, ConfigFile file, StoreLoad load, Snapshot stored, List<StoredEntity> rows) {
    Set<String> kept = new HashSet<>();
    file.seeds().stream().filter(s -> s.type() == type).forEach(s -> kept.add(s.id()));
    for (Entity entity : stored.all(type.entityClass())) {
      if (!kept.contains(entity.id())) {
        Version known = load.version(type, entity.id());
        if (isWritable(type, entity.id(), known)) {
          Change end = Change.remove(type, entity.id(), clock.delete(known));
          load.editor().apply(end);
          rows.add(codec.row(end));
        }
      }
    }
  }

  private static boolean isWritable(EntityType type, String id, Version known) {
    if (HybridClock.isUsedUp(known)) {
      LOG.warn(
          "{} '{}' of the file is passed over: it was deleted and written anew {} times, which is"
              + " the most; give it another id",
          type.label(),
          id,
          known.generation());
      return false;
    }
    return true;
  }

  private static Optional<? extends Entity> entity(Snapshot stored, EntityType type, String id) {
    return stored.find(type.entityClass(), id);
  }
}
