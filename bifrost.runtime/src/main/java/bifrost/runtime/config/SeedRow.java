package bifrost.runtime.config;

import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import java.util.function.Supplier;

/**
 * A row that the configuration file seeds.
 *
 * @param type the entity's kind
 * @param id the entity's id
 * @param hash changes with the file's row; where the row holds a password, so does the text that it
 *     is the hash of
 * @param content makes the entity; called only when the row is written
 */
public record SeedRow(EntityType type, String id, String hash, Supplier<Entity> content) {
  /** A row whose entity is there already. */
  static SeedRow of(Entity entity, String hash) {
    return new SeedRow(entity.type(), entity.id(), hash, () -> entity);
  }
}
