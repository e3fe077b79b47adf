package bifrost.sync.replication.message;

import bifrost.api.snapshot.Version;
import java.util.Objects;

/**
 * Which version of an entity, or of its tombstone, somebody has.
 *
 * @param type the label of its kind
 * @param id its id
 * @param version the version
 */
public record EntityVersion(String type, String id, Version version) {
  /** Refuses what is out of bounds. */
  public EntityVersion {
    Bounds.text("entity.type", type, 1, Bounds.MAX_TYPE);
    Bounds.text("entity.id", id, 1, Bounds.MAX_ENTITY_ID);
    Objects.requireNonNull(version, "entity.version is null");
    Bounds.text("entity.version.node", version.node(), 0, Bounds.MAX_NAME);
  }
}
