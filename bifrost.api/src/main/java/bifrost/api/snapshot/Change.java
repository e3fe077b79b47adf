package bifrost.api.snapshot;

import java.util.Objects;
import java.util.Optional;

/**
 * A versioned change of one entity: its new content, or its end.
 *
 * <p>The same value comes from the file, the management API, the store and a peer. Applying it
 * twice, or after a newer one, does nothing.
 *
 * @param type the entity's kind
 * @param id the entity's id
 * @param version who wrote it and when
 * @param content the entity as it is from now on; empty for a tombstone
 */
public record Change(EntityType type, String id, Version version, Optional<Entity> content) {
  /** Refuses {@code null}, and content of another type or id. */
  public Change {
    Objects.requireNonNull(type, "type is null");
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(version, "version is null");
    content.ifPresent(
        entity -> {
          if (entity.type() != type || !entity.id().equals(id)) {
            throw new IllegalArgumentException(
                "content is %s '%s', the change is of %s '%s'"
                    .formatted(entity.type().label(), entity.id(), type.label(), id));
          }
        });
  }

  /** A change to this content. */
  public static Change put(Entity entity, Version version) {
    return new Change(entity.type(), entity.id(), version, Optional.of(entity));
  }

  /** The end of an entity. */
  public static Change remove(EntityType type, String id, Version version) {
    return new Change(type, id, version, Optional.empty());
  }

  /** Whether this is the end of the entity. */
  public boolean isTombstone() {
    return content.isEmpty();
  }
}
