package bifrost.runtime.boot;

import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.ConfigStore.Endpoint;
import bifrost.api.storage.StoreException;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.boot.EndpointRace.Read;
import bifrost.runtime.config.ConfigFile;
import bifrost.runtime.local.SnapshotFile;
import bifrost.runtime.snapshot.LoadedSnapshot.RowId;
import bifrost.runtime.snapshot.MapSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the configuration: from the store's read endpoint, else its write endpoint, else the
 * snapshot on the local disk; and seeds it from the configuration file.
 */
final class ConfigurationLoad {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationLoad.class);

  /** How long a store may keep silent where there is a snapshot on the local disk. */
  private static final Duration PATIENCE = Duration.ofMillis(1_500);

  private final ConfigStore store;
  private final SnapshotFile local;
  private final List<StoredEntity> undrained;
  private final ConfigFile file;
  private final Supplier<StoreLoad> loads;
  private final Seeder seeder;

  ConfigurationLoad(
      ConfigStore store,
      SnapshotFile local,
      List<StoredEntity> undrained,
      ConfigFile file,
      Supplier<StoreLoad> loads,
      Seeder seeder) {
    this.store = store;
    this.local = local;
    this.undrained = undrained;
    this.file = file;
    this.loads = loads;
    this.seeder = seeder;
  }

  /**
   * What was loaded.
   *
   * @param snapshot the configuration
   * @param source where it came from, for people
   * @param rows how many rows were read
   * @param newestMillis when the newest of them was written; 0 when none was edited
   * @param seeded how many rows came from the configuration file
   * @param seedHashes the hash of the file's row, for each row that was seeded
   * @param unstored rows of the file that the store has not taken
   * @param localSince when it had last been up to date, where it came from the local disk
   */
  record Loaded(
      MapSnapshot snapshot,
      String source,
      long rows,
      long newestMillis,
      int seeded,
      Map<RowId, String> seedHashes,
      List<StoredEntity> unstored,
      Optional<Instant> localSince) {}

  Loaded run() throws InterruptedException {
    EndpointRace race = new EndpointRace(store, loads);
    Optional<Read> read = race.run(local.exists() ? Optional.of(PATIENCE) : Optional.empty());
    if (read.isPresent()) {
      return fromStore(read.get());
    }
    List<String> attempts = new ArrayList<>(race.failures());
    if (local.exists()) {
      try {
        return fromDisk(attempts);
      } catch (IOException e) {
        attempts.add("local snapshot: " + e.getMessage());
      }
    } else {
      attempts.add("local snapshot: there is none in " + local.path());
    }
    throw new BootFailedException(
        "no configuration could be loaded from " + store.description(), attempts);
  }

  private Loaded fromStore(Read read) throws InterruptedException {
    StoreLoad load = read.load();
    Endpoint endpoint = read.endpoint();
    load.addUndrained(undrained);
    List<StoredEntity> rows = seeder.seed(file, load);
    boolean stored = rows.isEmpty();
    if (!stored) {
      Optional<Integer> newer = write(rows);
      stored = newer.isPresent();
      if (newer.isPresent() && newer.get() < rows.size()) {
        // Somebody has written meanwhile, or the read endpoint lags: take what is there now.
        load = loads.get();
        endpoint = Endpoint.WRITE;
        load.read(store, endpoint, () -> {});
        load.addUndrained(undrained);
        rows = seeder.seed(file, load);
        stored = write(rows).isPresent();
      }
    }
    String source = endpoint.name().toLowerCase(Locale.ROOT) + " endpoint";
    return loaded(
        load,
        store.description() + ", " + source,
        rows,
        stored ? List.of() : rows,
        Optional.empty());
  }

  private Loaded fromDisk(List<String> attempts) throws IOException {
    StoreLoad load = loads.get();
    Instant since = load.read(local);
    load.addUndrained(undrained);
    List<StoredEntity> rows = seeder.seed(file, load);
    LOG.warn(
        "{} cannot be read, the node starts with what it last knew, of {}: {}",
        store.description(),
        since,
        String.join("; ", attempts));
    return loaded(load, "local snapshot", rows, rows, Optional.of(since));
  }

  private static Loaded loaded(
      StoreLoad load,
      String source,
      List<StoredEntity> seeded,
      List<StoredEntity> unstored,
      Optional<Instant> since) {
    return new Loaded(
        load.editor().build(1),
        source,
        load.rows(),
        load.newestMillis(),
        seeded.size(),
        load.seedHashes(),
        unstored,
        since);
  }

  /** How many rows were new to the store; empty when it is away, and the journal has to do it. */
  private Optional<Integer> write(List<StoredEntity> rows) throws InterruptedException {
    FutureTask<Integer> task = new FutureTask<>(() -> store.write(rows));
    Thread writer = Thread.ofPlatform().daemon().name("bifrost-boot-seeds").start(task);
    String reason;
    try {
      return Optional.of(task.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      reason = "no answer within " + PATIENCE.toMillis() + " ms";
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof StoreException failure)) {
        throw new IllegalStateException("the seeds could not be written", e.getCause());
      }
      if (!failure.isTransient()) {
        throw failure;
      }
      reason = failure.getMessage();
    } finally {
      writer.interrupt();
    }
    LOG.warn(
        "{} rows of {} hold on this node and wait in its journal for the store: {}",
        rows.size(),
        file.origin(),
        reason);
    return Optional.empty();
  }
}
