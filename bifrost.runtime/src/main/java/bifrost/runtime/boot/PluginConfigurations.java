package bifrost.runtime.boot;

import bifrost.runtime.config.ConfigFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.service.cm.ConfigurationAdmin;

/** Hands the configuration of this node's plugins to Configuration Admin. */
final class PluginConfigurations {
  /** Any bundle may take the configuration: old and new versions of a plugin run side by side. */
  private static final String ANY_LOCATION = "?";

  private final ConfigurationAdmin admin;

  PluginConfigurations(ConfigurationAdmin admin) {
    this.admin = admin;
  }

  /** Configures every plugin that the file names. */
  void apply(ConfigFile file, Identity identity) {
    of(file, identity).forEach(this::update);
  }

  /** The properties of each PID; plugins of the mesh also learn who this node is. */
  static Map<String, Map<String, Object>> of(ConfigFile file, Identity identity) {
    Map<String, Map<String, Object>> properties = new LinkedHashMap<>();
    file.plugins()
        .forEach(
            (pid, said) -> {
              Map<String, Object> all = new LinkedHashMap<>(said);
              if (pid.startsWith("bifrost.sync.") || pid.startsWith("bifrost.discovery.")) {
                all.put("node_id", identity.nodeId());
                all.put("epoch", identity.epoch());
              }
              properties.put(pid, all);
            });
    return properties;
  }

  private void update(String pid, Map<String, Object> properties) {
    try {
      admin.getConfiguration(pid, ANY_LOCATION).update(new Hashtable<>(properties));
    } catch (IOException e) {
      throw new UncheckedIOException("the configuration of " + pid + " cannot be kept", e);
    }
  }
}
