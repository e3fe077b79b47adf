package bifrost.admin.rest.entity;

import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;

/**
 * What a kind of configuration is called in the API.
 *
 * @param entityClass its class
 * @param singular the member that holds one of them
 * @param plural the member that holds several
 * @param title its name at the start of a sentence
 * @param <E> its class
 */
public record EntityKind<E extends Entity>(
    Class<E> entityClass, String singular, String plural, String title) {
  /** The constant of its type. */
  public EntityType type() {
    return EntityType.of(entityClass);
  }
}
