package bifrost.runtime.journal;

import bifrost.api.snapshot.SnapshotOwner;
import bifrost.api.storage.JournalStore;
import bifrost.api.storage.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes request logs and payloads from the store once they are older than the client settings
 * say, in batches small enough not to disturb it. Every node does it; what one has deleted the
 * others do not find.
 */
@Component(
    service = {},
    immediate = true)
public final class LogRetention {
  private static final Logger LOG = LoggerFactory.getLogger(LogRetention.class);
  private static final int BATCH = 1_000;
  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration WHEN_DONE = Duration.ofMinutes(10);
  private static final Duration BETWEEN_BATCHES = Duration.ofMillis(200);

  private final SnapshotOwner snapshots;
  private final JournalStore store;
  private final ScheduledExecutorService scheduler;

  /** Begins a minute after the start. */
  @Activate
  public LogRetention(
      @Reference(name = "snapshots") SnapshotOwner snapshots,
      @Reference(name = "store") JournalStore store) {
    this.snapshots = snapshots;
    this.store = store;
    this.scheduler =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("bifrost-log-retention").factory());
    schedule(FIRST);
  }

  @Deactivate
  void close() {
    scheduler.shutdownNow();
  }

  /** Deletes a batch; returns when to go on. */
  static Duration deleteBatch(JournalStore store, int retentionDays, Instant now) {
    try {
      int deleted = store.deleteLogs(now.minus(Duration.ofDays(retentionDays)), BATCH);
      return deleted < BATCH ? WHEN_DONE : BETWEEN_BATCHES;
    } catch (StoreException e) {
      LOG.debug("old request logs are not deleted now", e);
      return WHEN_DONE;
    }
  }

  private void schedule(Duration delay) {
    if (!scheduler.isShutdown()) {
      scheduler.schedule(this::run, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void run() {
    Duration next = WHEN_DONE;
    try {
      int days = snapshots.current().client().logRetentionDays();
      next = deleteBatch(store, days, Instant.now());
    } catch (RuntimeException e) {
      LOG.warn("the retention of request logs failed, it is tried again in {}", WHEN_DONE, e);
    } finally {
      schedule(next);
    }
  }
}
