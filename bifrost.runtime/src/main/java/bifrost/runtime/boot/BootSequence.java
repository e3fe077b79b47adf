package bifrost.runtime.boot;

import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.boot.ConfigurationLoad.Loaded;
import bifrost.runtime.config.ConfigFile;
import bifrost.runtime.config.ConfigReader;
import bifrost.runtime.config.EnvironmentConfig;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.local.SnapshotFile;
import bifrost.runtime.snapshot.HybridClock;
import bifrost.runtime.snapshot.LoadedSnapshot;
import bifrost.runtime.snapshot.codec.EntityCodec;
import bifrost.runtime.snapshot.codec.SecretBox;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps from nothing to a snapshot: file and environment, identity, plugins' configuration, the
 * configuration from a store, else from the local disk, else failure with all that was tried.
 */
final class BootSequence {
  private static final Logger LOG = LoggerFactory.getLogger(BootSequence.class);

  private final NodeSettings settings;
  private final Environment environment;
  private final InstantSource clock;
  private final String productVersion;
  private final Surroundings surroundings;

  /** What the boot needs of the framework around it. */
  interface Surroundings {
    /** Hands their configuration to the plugins of this node. */
    void configure(ConfigFile file, Identity identity);

    /**
     * Waits for the store, within bounds.
     *
     * @throws BootFailedException when there is none in time
     */
    ConfigStore store() throws InterruptedException;

    /** The rows of configuration that the journal holds and the store may not have yet. */
    List<StoredEntity> undrained();
  }

  /**
   * What a boot leads to.
   *
   * @param report who the node is, and how it came up
   * @param loaded the configuration
   */
  record Booted(BootReport report, LoadedSnapshot loaded) {}

  BootSequence(
      NodeSettings settings,
      Environment environment,
      InstantSource clock,
      String productVersion,
      Surroundings surroundings) {
    this.settings = settings;
    this.environment = environment;
    this.clock = clock;
    this.productVersion = productVersion;
    this.surroundings = surroundings;
  }

  /**
   * Goes through the steps.
   *
   * @param directory the data directory, held by this process
   */
  Booted run(Path directory) throws InterruptedException {
    long start = System.nanoTime();
    ConfigFile file = read(directory);
    file.warnings().forEach(warning -> LOG.warn("{}: {}", file.origin(), warning));
    Identity identity = Identity.next(directory, file.nodeId(), clock, new SecureRandom());
    surroundings.configure(file, identity);
    SecretBox box = new SecretBox(EncryptionKey.of(file.encryptionKey(), directory));
    EntityCodec codec = new EntityCodec(box, environment);
    HybridClock versions = new HybridClock(identity.nodeId(), clock);
    ConfigStore store = surroundings.store();
    Seeder seeder = new Seeder(identity.nodeId(), codec, versions, box);
    ConfigurationLoad load =
        new ConfigurationLoad(
            store,
            new SnapshotFile(directory, box),
            surroundings.undrained(),
            file,
            () -> new StoreLoad(codec, versions, Seeder.ids(file)),
            seeder);
    Loaded loaded = load.run();
    BindRule.check(settings.host(), loaded.snapshot());
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    LOG.info(
        "node {} epoch {}: {} rows from {} ({}), {} seeded from {}, in {} ms",
        identity.nodeId(),
        identity.epoch(),
        loaded.rows(),
        loaded.source(),
        age(loaded),
        loaded.seeded(),
        file.origin(),
        took.toMillis());
    return new Booted(
        new BootReport(
            identity.nodeId(),
            identity.epoch(),
            productVersion,
            loaded.source(),
            loaded.rows(),
            took,
            loaded.localSince()),
        new LoadedSnapshot(
            loaded.snapshot(), versions, codec, loaded.seedHashes(), loaded.unstored()));
  }

  private ConfigFile read(Path directory) {
    return settings
        .configFile()
        .map(new ConfigReader(environment, directory)::read)
        .orElseGet(() -> EnvironmentConfig.read(environment, directory));
  }

  private String age(Loaded loaded) {
    if (loaded.localSince().isPresent()) {
      return "%d s old".formatted(seconds(loaded.localSince().get().toEpochMilli()));
    }
    if (loaded.rows() == 0) {
      return "empty";
    }
    return loaded.newestMillis() == 0
        ? "never edited"
        : "newest change %d s ago".formatted(seconds(loaded.newestMillis()));
  }

  private long seconds(long sinceMillis) {
    return Duration.ofMillis(clock.millis() - sinceMillis).toSeconds();
  }
}
