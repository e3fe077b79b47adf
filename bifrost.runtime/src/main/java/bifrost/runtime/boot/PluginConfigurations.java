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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Map<String, PluginSettings> ofTheSnapshot = new ConcurrentHashMap<>();
  private volatile Map<String, Map<String, Object>> ofTheFile = Map.of();

  PluginConfigurations(ConfigurationAdmin admin, Environment environment) {
    this.admin = admin;
    this.environment = environment;
  }

  /** Configures every plugin that the file names. */
  void apply(ConfigFile file, Identity identity) {
    ofTheFile = of(file, identity);
    ofTheFile.forEach(this::update);
  }

  /**
   * Takes what a changed file says of the mesh; all else of it is for the next start. What is new
   * or changed is configured first and what is gone is deleted last, so that a discovery method is
   * there before another goes.
   *
   * @return the PIDs that are configured anew, changed, or gone
   */
  Set<String> applyMesh(ConfigFile file, Identity identity) {
    Map<String, Map<String, Object>> before = ofTheFile;
    Map<String, Map<String, Object>> next = new LinkedHashMap<>(before);
    next.keySet().removeIf(PluginConfigurations::isOfTheMesh);
    of(file, identity)
        .forEach(
            (pid, properties) -> {
              if (isOfTheMesh(pid)) {
                next.put(pid, properties);
              }
            });
    ofTheFile = next;
    Set<String> touched = new TreeSet<>();
    next.forEach(
        (pid, properties) -> {
          if (!isSame(properties, before.get(pid))) {
            touched.add(pid);
            update(pid, properties);
          }
        });
    before.keySet().stream()
        .filter(pid -> !next.containsKey(pid))
        .forEach(
            pid -> {
              touched.add(pid);
              Optional.ofNullable(ofTheSnapshot.get(pid))
                  .ifPresentOrElse(this::configure, () -> delete(pid));
            });
    return touched;
  }

  private static boolean isOfTheMesh(String pid) {
    return pid.startsWith("bifrost.sync.") || pid.startsWith("bifrost.discovery.");
  }

  private static boolean isSame(Map<String, Object> properties, Map<String, Object> others) {
    return others != null
        && properties.keySet().equals(others.keySet())
        && properties.entrySet().stream()
            .allMatch(each -> Objects.deepEquals(each.getValue(), others.get(each.getKey())));
  }

  /** The properties of each PID; plugins of the mesh also learn who this node is. */
  static Map<String, Map<String, Object>> of(ConfigFile file, Identity identity) {
    Map<String, Map<String, Object>> properties = new LinkedHashMap<>();
    file.plugins()
        .forEach(
            (pid, said) -> {
              Map<String, Object> all = new LinkedHashMap<>(said);
              if (isOfTheMesh(pid)) {
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
                plugin -> configure((PluginSettings) plugin),
                () -> {
                  ofTheSnapshot.remove(change.id());
                  delete(change.id());
                });
      }
    }
  }

  private void configure(PluginSettings plugin) {
    ofTheSnapshot.put(plugin.id(), plugin);
    if (ofTheFile.containsKey(plugin.id())) {
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
    if (ofTheFile.containsKey(pid)) {
      return;
    }
    try {
      admin.getConfiguration(pid, ANY_LOCATION).delete();
    } catch (IOException e) {
      throw new UncheckedIOException("the configuration of " + pid + " cannot be deleted", e);
    }
  }
}
