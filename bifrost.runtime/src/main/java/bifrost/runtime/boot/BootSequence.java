package bifrost.runtime.boot;

import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.StoreException;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.config.ConfigFile;
import bifrost.runtime.config.ConfigReader;
import bifrost.runtime.config.EnvironmentConfig;
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.snapshot.HybridClock;
import bifrost.runtime.snapshot.LoadedSnapshot;
import bifrost.runtime.snapshot.MapSnapshot;
import bifrost.runtime.snapshot.codec.EntityCodec;
import bifrost.runtime.snapshot.codec.SecretBox;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps from nothing to a snapshot: file and environment, identity, plugins' configuration, the
 * store's read endpoint, else its write endpoint, else failure with all that was tried.
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
    Loaded loaded =
        new Loading(store, surroundings.undrained(), file, codec, versions, seeder).run();
    BindRule.check(settings.host(), loaded.snapshot);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    LOG.info(
        "node {} epoch {}: {} rows from {} ({}), {} seeded from {}, in {} ms",
        identity.nodeId(),
        identity.epoch(),
        loaded.rows,
        loaded.source,
        age(loaded),
        loaded.seeded,
        file.origin(),
        took.toMillis());
    return new Booted(
        new BootReport(
            identity.nodeId(), identity.epoch(), productVersion, loaded.source, loaded.rows, took),
        new LoadedSnapshot(loaded.snapshot, versions, codec));
  }

  private ConfigFile read(Path directory) {
    return settings
        .configFile()
        .map(new ConfigReader(environment, directory)::read)
        .orElseGet(() -> EnvironmentConfig.read(environment, directory));
  }

  private String age(Loaded loaded) {
    if (loaded.rows == 0) {
      return "empty";
    }
    return loaded.newestMillis == 0
        ? "never edited"
        : "newest change "
            + Duration.ofMillis(clock.millis() - loaded.newestMillis).toSeconds()
            + " s ago";
  }

  private record Loaded(
      MapSnapshot snapshot, String source, long rows, long newestMillis, int seeded) {}

  /** Reading the store, and seeding it. */
  private record Loading(
      ConfigStore store,
      List<StoredEntity> undrained,
      ConfigFile file,
      EntityCodec codec,
      HybridClock versions,
      Seeder seeder) {

    Loaded run() {
      List<String> attempts = new ArrayList<>();
      try {
        return seeded(load(ConfigStore.Endpoint.READ), "read endpoint");
      } catch (StoreException e) {
        attempts.add("read endpoint: " + e.getMessage());
      }
      try {
        store.migrate();
        return seeded(load(ConfigStore.Endpoint.WRITE), "write endpoint");
      } catch (StoreException e) {
        attempts.add("write endpoint: " + e.getMessage());
      }
      throw new BootFailedException(
          "no configuration could be loaded from " + store.description(), attempts);
    }

    private StoreLoad load(ConfigStore.Endpoint endpoint) {
      StoreLoad load = new StoreLoad(codec, versions, Seeder.ids(file));
      load.read(store, endpoint);
      load.addUndrained(undrained);
      return load;
    }

    private Loaded seeded(StoreLoad first, String endpoint) {
      StoreLoad load = first;
      List<StoredEntity> rows = seeder.seed(file, load);
      if (!rows.isEmpty() && !write(rows)) {
        // Somebody has written meanwhile, or the read endpoint lags: take what is there now.
        load = load(ConfigStore.Endpoint.WRITE);
        rows = seeder.seed(file, load);
        write(rows);
      }
      return new Loaded(
          load.editor().build(1),
          store.description() + ", " + endpoint,
          load.rows(),
          load.newestMillis(),
          rows.size());
    }

    /** Whether every row was new to the store, or the store is away. */
    private boolean write(List<StoredEntity> rows) {
      try {
        return store.write(rows) == rows.size();
      } catch (StoreException e) {
        if (!e.isTransient()) {
          throw e;
        }
        LOG.warn(
            "{} rows of {} hold on this node but are not stored yet, they will be at a later start: {}",
            rows.size(),
            file.origin(),
            e.getMessage());
        return true;
      }
    }
  }
}
