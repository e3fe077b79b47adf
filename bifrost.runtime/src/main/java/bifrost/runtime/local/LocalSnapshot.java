package bifrost.runtime.local;

import bifrost.api.metrics.MetricSource;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.SnapshotListener;
import bifrost.api.status.NodeStatus.LocalCopy;
import bifrost.runtime.boot.BootReport;
import bifrost.runtime.boot.NodeSettings;
import bifrost.runtime.snapshot.LoadedSnapshot;
import bifrost.runtime.snapshot.LoadedSnapshot.RowId;
import bifrost.runtime.snapshot.SnapshotService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the configuration on the local disk, for a start while every store is dark. Writes it a
 * second after it has changed, never on a request's thread.
 *
 * <p>The file's time says until when it was up to date: it follows the clock while this node knows
 * what the stores know, and stands still after a start from the local disk until a store has been
 * read again.
 */
@Component(
    service = {LocalSnapshot.class, SnapshotListener.class, MetricSource.class},
    immediate = true)
public final class LocalSnapshot implements SnapshotListener, MetricSource {
  private static final Logger LOG = LoggerFactory.getLogger(LocalSnapshot.class);
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final long TOUCH_SECONDS = 30;

  private final SnapshotService snapshots;
  private final LoadedSnapshot loaded;
  private final Optional<Instant> booted;
  private final SnapshotFile file;
  private final Saver saver;
  private final ScheduledExecutorService clock;
  private volatile boolean caughtUp;

  /** Begins to keep it. */
  @Activate
  public LocalSnapshot(
      BundleContext context,
      @Reference(name = "snapshots") SnapshotService snapshots,
      @Reference(name = "loaded") LoadedSnapshot loaded,
      @Reference(name = "boot") BootReport boot) {
    this(
        NodeSettings.from(context::getProperty).dataDir().toAbsolutePath(),
        snapshots,
        loaded,
        boot.localSince());
  }

  LocalSnapshot(
      Path directory, SnapshotService snapshots, LoadedSnapshot loaded, Optional<Instant> booted) {
    this.snapshots = snapshots;
    this.loaded = loaded;
    this.booted = booted;
    this.caughtUp = booted.isEmpty();
    this.file = new SnapshotFile(directory, loaded.box());
    this.saver = new Saver("local snapshot", QUIET, this::save);
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("bifrost-local-snapshot").factory());
    clock.scheduleWithFixedDelay(this::touch, TOUCH_SECONDS, TOUCH_SECONDS, TimeUnit.SECONDS);
    if (caughtUp || !loaded.unstored().isEmpty()) {
      saver.changed();
    }
  }

  @Deactivate
  void close() {
    clock.shutdownNow();
    saver.close(CLOSE_LIMIT);
    touch();
  }

  /** Hears of each change. */
  @Override
  public void published(Snapshot snapshot, List<Change> changes) {
    if (!changes.isEmpty()) {
      saver.changed();
    }
  }

  /** A store has been read again: what this node knows is of now. */
  public void caughtUp() {
    caughtUp = true;
    saver.changed();
  }

  /** What there is on the local disk. */
  public LocalCopy state() {
    return new LocalCopy(age(), file.bytes(), booted.isPresent(), caughtUp);
  }

  @Override
  public void collect(Sink sink) {
    LocalCopy now = state();
    now.age()
        .ifPresent(
            age ->
                sink.gauge(
                    "bifrost_local_snapshot_age_seconds",
                    "For how long the configuration on the local disk has not been up to date.",
                    Map.of(),
                    age.toMillis() / 1000.0));
    sink.gauge(
        "bifrost_local_snapshot_bytes",
        "Size of the configuration on the local disk.",
        Map.of(),
        now.bytes());
    sink.gauge(
        "bifrost_boot_dark",
        "1 while the node runs on the configuration of its local disk.",
        Map.of(),
        now.caughtUp() ? 0 : 1);
  }

  private Optional<Duration> age() {
    try {
      Instant since = Files.getLastModifiedTime(file.path()).toInstant();
      Duration age = Duration.between(since, Instant.now());
      return Optional.of(age.isNegative() ? Duration.ZERO : age);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void save() throws IOException {
    Instant since = caughtUp ? Instant.now() : booted.orElseThrow();
    file.write(
        since.toEpochMilli(),
        rows ->
            snapshots
                .current()
                .forEachRow(
                    change ->
                        rows.accept(
                            loaded
                                .codec()
                                .row(
                                    change,
                                    loaded
                                        .seedHashes()
                                        .getOrDefault(
                                            new RowId(change.type(), change.id()), "")))));
    Files.setLastModifiedTime(file.path(), FileTime.from(since));
  }

  private void touch() {
    try {
      if (caughtUp && file.exists()) {
        Files.setLastModifiedTime(file.path(), FileTime.from(Instant.now()));
      }
    } catch (IOException e) {
      LOG.debug("the time of {} cannot be set", file.path(), e);
    }
  }
}
