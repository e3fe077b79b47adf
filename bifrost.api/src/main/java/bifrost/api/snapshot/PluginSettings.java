package bifrost.api.snapshot;

import bifrost.api.model.Json;
import java.util.Objects;

/**
 * The configuration of a plugin, which the core hands to Configuration Admin.
 *
 * @param id the plugin's PID, for example {@code bifrost.discovery.etcd}
 * @param properties a JSON object; references to the environment are not yet resolved
 */
public record PluginSettings(String id, Json properties) implements Entity {
  /** Refuses {@code null}. */
  public PluginSettings {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(properties, "properties is null");
  }

  @Override
  public EntityType type() {
    return EntityType.PLUGIN;
  }
}
