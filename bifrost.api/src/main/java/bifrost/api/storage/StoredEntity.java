package bifrost.api.storage;

import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Version;
import java.util.Objects;
import java.util.Optional;

/**
 * A row of configuration.
 *
 * @param type the entity's kind
 * @param id the entity's id
 * @param version when and by whom it was written
 * @param content its encoded form, secrets encrypted; empty for a tombstone
 * @param seedHash the hash of the configuration file's row that it was seeded from; empty when it
 *     was not
 */
public record StoredEntity(
    EntityType type, String id, Version version, Optional<String> content, String seedHash) {
  /** Refuses {@code null}. */
  public StoredEntity {
    Objects.requireNonNull(type, "type is null");
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(version, "version is null");
    Objects.requireNonNull(content, "content is null");
    Objects.requireNonNull(seedHash, "seedHash is null");
  }
}
