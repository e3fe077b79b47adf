package bifrost.runtime.snapshot;

import bifrost.api.snapshot.EntityType;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.snapshot.codec.EntityCodec;
import bifrost.runtime.snapshot.codec.SecretBox;
import java.util.List;
import java.util.Map;

/**
 * What the boot hands over once the configuration is in memory; registered as a service, for the
 * snapshot's owner and for whoever stores rows.
 *
 * @param snapshot the configuration as it was loaded
 * @param clock makes versions of this node
 * @param codec turns entities into rows
 * @param seedHashes the hash of the configuration file's row, for each row that was seeded
 * @param unstored rows of the configuration file that no store has taken yet
 */
public record LoadedSnapshot(
    MapSnapshot snapshot,
    HybridClock clock,
    EntityCodec codec,
    Map<RowId, String> seedHashes,
    List<StoredEntity> unstored) {
  /** A configuration that owes nothing to a file. */
  public LoadedSnapshot(MapSnapshot snapshot, HybridClock clock, EntityCodec codec) {
    this(snapshot, clock, codec, Map.of(), List.of());
  }

  /** Copies the collections. */
  public LoadedSnapshot {
    seedHashes = Map.copyOf(seedHashes);
    unstored = List.copyOf(unstored);
  }

  /** Encrypts what the node keeps. */
  public SecretBox box() {
    return codec.box();
  }

  /**
   * Which row.
   *
   * @param type the entity's kind
   * @param id the entity's id
   */
  public record RowId(EntityType type, String id) {}
}
