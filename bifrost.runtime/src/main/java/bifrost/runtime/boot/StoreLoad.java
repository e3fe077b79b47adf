package bifrost.runtime.boot;

import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.Version;
import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.local.SnapshotFile;
import bifrost.runtime.snapshot.HybridClock;
import bifrost.runtime.snapshot.LoadedSnapshot.RowId;
import bifrost.runtime.snapshot.MapSnapshot;
import bifrost.runtime.snapshot.SnapshotEditor;
import bifrost.runtime.snapshot.codec.BadRowException;
import bifrost.runtime.snapshot.codec.EntityCodec;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One reading of a store into a snapshot in the making. For one thread. */
final class StoreLoad {
  private static final Logger LOG = LoggerFactory.getLogger(StoreLoad.class);
  private static final int MOST_WARNINGS = 10;

  private final EntityCodec codec;
  private final HybridClock clock;
  private final Set<RowId> wanted;
  private final SnapshotEditor editor = MapSnapshot.EMPTY.edit();
  private final Map<RowId, String> seedHashes = new HashMap<>();
  private final Map<RowId, Version> broken = new HashMap<>();
  private final Set<String> unresolved = new HashSet<>();
  private long rows;
  private long newest;

  /**
   * A reading.
   *
   * @param wanted the rows whose seed hashes are needed afterwards
   */
  StoreLoad(EntityCodec codec, HybridClock clock, Set<RowId> wanted) {
    this.codec = codec;
    this.clock = clock;
    this.wanted = wanted;
  }

  /**
   * Reads an endpoint of a store.
   *
   * @param onRow called before each row is taken; what it throws ends the reading
   */
  void read(ConfigStore store, ConfigStore.Endpoint endpoint, Runnable onRow) {
    rows =
        store.load(
            endpoint,
            row -> {
              onRow.run();
              take(row);
            });
    report();
  }

  /**
   * Reads what the node has kept itself.
   *
   * @return when that was written
   */
  Instant read(SnapshotFile file) throws IOException {
    Instant written =
        file.read(
            row -> {
              rows++;
              take(row);
            });
    report();
    return written;
  }

  private void report() {
    if (!broken.isEmpty()) {
      LOG.warn("{} of {} rows could not be read and are left out", broken.size(), rows);
    }
    for (String key : unresolved) {
      LOG.warn("provider key {} is not set on this node: the key is not usable here", key);
    }
  }

  /** Notes the hashes of rows that were seeded just now. */
  void noteSeeds(List<StoredEntity> seeded) {
    seeded.stream()
        .filter(row -> !row.seedHash().isEmpty())
        .forEach(row -> seedHashes.put(new RowId(row.type(), row.id()), row.seedHash()));
  }

  /** The seed hashes of wanted rows. */
  Map<RowId, String> seedHashes() {
    return seedHashes;
  }

  /** Applies rows that this node has journalled and that the store may not have yet. */
  void addUndrained(List<StoredEntity> undrained) {
    undrained.forEach(this::take);
  }

  SnapshotEditor editor() {
    return editor;
  }

  long rows() {
    return rows;
  }

  /** When the newest row was written, in milliseconds since the epoch; 0 when there is none. */
  long newestMillis() {
    return newest;
  }

  /** The version of a row, readable or not. */
  Version version(EntityType type, String id) {
    Version version = broken.get(new RowId(type, id));
    return version == null ? editor.version(type, id) : version;
  }

  /** The seed hash of a wanted row; empty when it was not seeded, or cannot be read. */
  String seedHash(EntityType type, String id) {
    RowId row = new RowId(type, id);
    return broken.containsKey(row) ? "" : seedHashes.getOrDefault(row, "");
  }

  private void take(StoredEntity row) {
    RowId id = new RowId(row.type(), row.id());
    if (!row.version().isAfter(version(row.type(), row.id()))) {
      return;
    }
    if (wanted.contains(id) && !row.seedHash().isEmpty()) {
      seedHashes.put(id, row.seedHash());
    }
    if (clock.observe(row.version())) {
      newest = Math.max(newest, row.version().millis());
    }
    try {
      Change change = codec.change(row);
      editor.apply(change);
      broken.remove(id);
      noteReference(change);
    } catch (BadRowException e) {
      broken.put(id, row.version());
      if (broken.size() <= MOST_WARNINGS) {
        LOG.warn("{}", e.getMessage());
      }
    }
  }

  private void noteReference(Change change) {
    if (change.content().orElse(null) instanceof ProviderKey key
        && key.value().isEmpty()
        && key.value().reference().isPresent()) {
      unresolved.add(key.id() + " (" + key.value().reference().get() + ")");
    }
  }
}
