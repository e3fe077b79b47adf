package bifrost.runtime.config;

import bifrost.api.model.InvalidConfigException;
import bifrost.api.model.Json;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.PluginSettings;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.config.json.Fields;
import bifrost.runtime.config.json.JsonText;
import bifrost.runtime.config.json.JsonTree;
import bifrost.runtime.config.json.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a configuration file. Everything that is wrong with it is reported in one exception, each
 * error by its path.
 */
public final class ConfigReader {
  private static final int LARGEST_FILE = 256 << 20;
  private static final int SHORTEST_KEY = 8;
  private static final Pattern PLUGIN_PID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  private final Environment environment;
  private final Path dataDir;

  /**
   * A reader.
   *
   * @param environment resolves references
   * @param dataDir the node's data directory, where the embedded store stands
   */
  public ConfigReader(Environment environment, Path dataDir) {
    this.environment = environment;
    this.dataDir = dataDir;
  }

  /**
   * Reads a file.
   *
   * @throws InvalidConfigException when it cannot be used
   */
  public ConfigFile read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
      if (bytes.length > LARGEST_FILE) {
        throw new InvalidConfigException(
            "", file + " is larger than " + (LARGEST_FILE >> 20) + " MiB");
      }
      return read(bytes, file.toString());
    } catch (NoSuchFileException e) {
      throw new InvalidConfigException(
          "", "configuration file " + file.toAbsolutePath() + " does not exist");
    } catch (IOException e) {
      throw new InvalidConfigException(
          "", "configuration file " + file + " cannot be read: " + e.getMessage());
    }
  }

  /**
   * Reads a document.
   *
   * @param json the document in UTF-8
   * @param origin what it is called in messages
   * @throws InvalidConfigException when it cannot be used
   */
  public ConfigFile read(byte[] json, String origin) {
    Problems problems = new Problems();
    Optional<Map<String, Object>> members = JsonTree.object(json, problems);
    problems.throwIfAny(origin);
    Fields root = new Fields(members.orElseThrow(), environment, problems);
    ConfigFile file = read(root, origin, problems);
    problems.throwIfAny(origin);
    return file;
  }

  private ConfigFile read(Fields root, String origin, Problems problems) {
    Seeds seeds = new Seeds(environment);
    LimitsReader limits = new LimitsReader();
    Map<String, Map<String, Object>> plugins = new LinkedHashMap<>();
    root.any("$schema");
    root.whole("version", 2, 2);
    Map<String, Boolean> truths = new LinkedHashMap<>();
    truths.put("split", false);
    truths.put("config.json", true);
    boolean authoritative = root.choice("source_of_truth", truths).orElse(false);
    Optional<Secret> encryptionKey = encryptionKey(root);
    ProviderSection providers = new ProviderSection(seeds, limits);
    root.object("providers").ifPresent(providers::read);
    KnownNames known = new KnownNames(providers.keyIds());
    PricingSection pricing = new PricingSection();
    root.object("framework").ifPresent(pricing::framework);
    root.object("governance")
        .ifPresent(
            section -> {
              pricing.governance(section);
              new GovernanceSection(seeds, limits, known).read(section);
            });
    pricing.addTo(plugins);
    root.object("client").ifPresent(new ClientSection(seeds)::read);
    plugins.put(
        StoreSection.PID,
        root.object("config_store")
            .map(section -> StoreSection.read(section, dataDir))
            .orElseGet(() -> StoreSection.embedded(dataDir)));
    root.object("logs_store").ifPresent(ConfigReader::logsStore);
    ClusterSection cluster = new ClusterSection(plugins);
    root.object("cluster_config").ifPresent(cluster::read);
    root.objects("plugins").forEach(plugin -> plugin(plugin, seeds));
    for (String section :
        new String[] {"setup_token", "vector_store", "mcp", "websocket", "load_balancer_config"}) {
      root.ignore(section, "Bifrost does not offer it");
    }
    root.end();
    return new ConfigFile(
        origin,
        seeds.rows(),
        plugins,
        cluster.nodeId(),
        encryptionKey.or(() -> EnvironmentConfig.encryptionKey(environment)),
        authoritative ? AuthoritativeKinds.of(root.raw()) : Set.of(),
        problems.warnings().stream().map(Object::toString).toList());
  }

  private static Optional<Secret> encryptionKey(Fields root) {
    Optional<Secret> key = root.secret("encryption_key").filter(secret -> !secret.isEmpty());
    if (key.isPresent() && key.get().reveal().length() < SHORTEST_KEY) {
      root.refuse("encryption_key", "is too short, use " + SHORTEST_KEY + " characters or more");
    }
    return key;
  }

  /**
   * Logs go to the store of the configuration; the section is accepted where it says nothing else.
   */
  private static void logsStore(Fields section) {
    section.flag("enabled");
    section.ignore("type", "logs are kept in the store of config_store");
    section.ignore("config", "logs are kept in the store of config_store");
    section.ignore("retention_days", "set client.log_retention_days");
    section.ignore("object_storage", "Bifrost does not offer it");
    section.end();
  }

  /** Reads a plugin's settings. */
  static void plugin(Fields fields, Seeds seeds) {
    String name = fields.requiredText("name");
    if (!PLUGIN_PID.matcher(name).matches()) {
      fields.refuse("name", "is no PID of a plugin, such as bifrost.filter.guard");
    }
    boolean enabled = fields.flag("enabled").orElse(true);
    fields.ignore("path", "drop the plugin's jar into plugins/");
    fields.ignore("version", "drop the plugin's jar into plugins/");
    fields.ignore("placement", "the plugin's service.ranking decides");
    fields.ignore("order", "the plugin's service.ranking decides");
    Optional<Fields> config = fields.object("config");
    config.ifPresent(c -> ClusterSection.requireDiscovery(name, c));
    fields.end();
    if (enabled) {
      String json = config.map(c -> JsonText.of(c.raw())).orElse("{}");
      fields
          .build(() -> new PluginSettings(name, new Json(json)))
          .ifPresent(plugin -> seeds.addByReference(fields, plugin));
    }
  }
}
