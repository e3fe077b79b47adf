package bifrost.api.snapshot;

import bifrost.api.model.Json;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Entities as people write them: JSON objects in the shape of the configuration file.
 *
 * <p>Implemented by the core as a service, by the same code that reads the file; called by the
 * management API. Safe for any thread; does no I/O.
 *
 * <p>Besides the fields of the file an object has {@code id} where the file has the id elsewhere: a
 * provider its name, as {@code name}, and a provider's key {@code provider}. Plugins' settings have
 * {@code name} and {@code config}; the admin credentials and the client settings have no id.
 *
 * <p><b>Secrets</b> are shown as {@link #MASK}, but for references to the environment, which are no
 * secrets; the secret of a virtual key and the admin password are not shown at all. {@code
 * env.NAME} is a reference only where a secret stands.
 */
@ProviderType
public interface EntityFormat {
  /** What stands in place of a secret. */
  String MASK = "***";

  /** The object of an entity; reading it gives the entity again. */
  Json write(Entity entity);

  /**
   * The entity of an object.
   *
   * @param type its kind
   * @param object the whole object; a secret that is masked or left out stays as it was
   * @param before what the object replaces; empty for a new entity
   * @return the entity
   * @throws bifrost.api.model.InvalidConfigException when it cannot be used; the message names
   *     everything that is wrong by its path, unknown fields among it
   */
  Read read(EntityType type, Json object, Optional<Entity> before);

  /**
   * What was read.
   *
   * @param entity the entity; what it refers to is not checked
   * @param warnings what is probably not meant so, one line each
   */
  record Read(Entity entity, List<String> warnings) {
    /** Copies the list; refuses {@code null}. */
    public Read {
      Objects.requireNonNull(entity, "entity is null");
      warnings = List.copyOf(warnings);
    }
  }
}
