package bifrost.runtime.boot;

import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.PluginSettings;
import bifrost.api.snapshot.Snapshot;
import bifrost.runtime.config.ConfigFile;
import bifrost.runtime.config.PluginProperties;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.config.json.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands their configuration to plugins, by Configuration Admin: first what the file says of this
 * node, then what the snapshot says of all nodes. Where both name a PID, the file holds.
 */
final class PluginConfigurations {
  private static final Logger LOG = LoggerFactory.getLogger(PluginConfigurations.class);

  /** Any bundle may take the configuration: old and new versions of a plugin run side by side. */
  private static final String ANY_LOCATION = "?";

  private final ConfigurationAdmin admin;
  private final Environment environment;
  private volatile Set<String> ofTheFile = Set.of();

  PluginConfigurations(ConfigurationAdmin admin, Environment environment) {
    this.admin = admin;
    this.environment = environment;
  }

  /** Configures every plugin that the file names. */
  void apply(ConfigFile file, Identity identity) {
    Map<String, Map<String, Object>> properties = of(file, identity);
    ofTheFile = Set.copyOf(properties.keySet());
    properties.forEach(this::update);
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

  /** Follows a snapshot; without changes it counts as a whole. */
  void follow(Snapshot snapshot, List<Change> changes) {
    if (changes.isEmpty()) {
      snapshot.all(PluginSettings.class).forEach(this::configure);
      return;
    }
    for (Change change : changes) {
      if (change.type() == EntityType.PLUGIN) {
        change
            .content()
            .ifPresentOrElse(
                plugin -> configure((PluginSettings) plugin), () -> delete(change.id()));
      }
    }
  }

  private void configure(PluginSettings plugin) {
    if (ofTheFile.contains(plugin.id())) {
      return;
    }
    Problems problems = new Problems();
    Map<String, Object> properties =
        PluginProperties.of(plugin.properties(), environment, problems);
    if (problems.count() == 0) {
      update(plugin.id(), properties);
    } else {
      LOG.warn("plugin {} is not configured: {}", plugin.id(), problems.errors().get(0));
    }
  }

  private void update(String pid, Map<String, Object> properties) {
    try {
      admin.getConfiguration(pid, ANY_LOCATION).update(new Hashtable<>(properties));
    } catch (IOException e) {
      throw new UncheckedIOException("the configuration of " + pid + " cannot be kept", e);
    }
  }

  private void delete(String pid) {
    if (ofTheFile.contains(pid)) {
      return;
    }
    try {
      admin.getConfiguration(pid, ANY_LOCATION).delete();
    } catch (IOException e) {
      throw new UncheckedIOException("the configuration of " + pid + " cannot be deleted", e);
    }
  }
}
