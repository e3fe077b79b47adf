package bifrost.runtime.local;

import bifrost.api.snapshot.Change;
import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.ConfigStore.Endpoint;
import bifrost.api.storage.StoreException;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.boot.BootReport;
import bifrost.runtime.snapshot.LoadedSnapshot;
import bifrost.runtime.snapshot.SnapshotService;
import bifrost.runtime.snapshot.codec.BadRowException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a node that has started from its local disk up to date: reads the store as soon as there
 * is one and takes over the rows that are newer. What the write endpoint says ends it; a read
 * endpoint alone may lag and is asked on the way.
 */
@Component(
    service = {},
    immediate = true)
public final class CatchUp {
  private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
  private static final int CHUNK = 500;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

  private final SnapshotService snapshots;
  private final LoadedSnapshot loaded;
  private final LocalSnapshot local;
  private final ScheduledExecutorService scheduler;
  private volatile ConfigStore store;
  private long waitMillis = 500;
  private boolean replicaRead;

  /** Begins when the node has started from its local disk; else does nothing. */
  @Activate
  public CatchUp(
      @Reference(name = "snapshots") SnapshotService snapshots,
      @Reference(name = "loaded") LoadedSnapshot loaded,
      @Reference(name = "local") LocalSnapshot local,
      @Reference(name = "boot") BootReport boot) {
    this.snapshots = snapshots;
    this.loaded = loaded;
    this.local = local;
    this.scheduler =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("bifrost-catch-up").factory());
    if (boot.dark()) {
      again();
    }
  }

  @Deactivate
  void close() {
    scheduler.shutdownNow();
  }

  @Reference(
      name = "store",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindStore(ConfigStore bound) {
    store = bound;
  }

  void unbindStore(ConfigStore gone) {
    if (store == gone) {
      store = null;
    }
  }

  private void again() {
    if (!scheduler.isShutdown()) {
      long jitter = ThreadLocalRandom.current().nextLong(waitMillis / 2, waitMillis + 1);
      scheduler.schedule(this::attempt, jitter, TimeUnit.MILLISECONDS);
      waitMillis = Math.min(waitMillis * 2, LONGEST_WAIT.toMillis());
    }
  }

  private void attempt() {
    boolean done = false;
    try {
      ConfigStore bound = store;
      if (bound != null) {
        done = read(bound);
      }
    } catch (RuntimeException e) {
      LOG.warn("the store could not be read to catch up, it is tried again", e);
    } finally {
      if (!done) {
        again();
      }
    }
  }

  private boolean read(ConfigStore from) {
    if (merge(from, Endpoint.WRITE)) {
      local.caughtUp();
      scheduler.shutdown();
      return true;
    }
    if (!replicaRead) {
      replicaRead = merge(from, Endpoint.READ);
    }
    return false;
  }

  private boolean merge(ConfigStore from, Endpoint endpoint) {
    Merge merge = new Merge(snapshots, loaded);
    try {
      long rows = from.load(endpoint, merge::take);
      merge.flush();
      LOG.info(
          "caught up with the {} endpoint of {}: {} rows read, {} were newer",
          endpoint == Endpoint.WRITE ? "write" : "read",
          from.description(),
          rows,
          merge.news);
      return true;
    } catch (StoreException e) {
      LOG.debug("not caught up: {}", e.getMessage());
      return false;
    }
  }

  /** Decodes only what is newer than what is known. */
  private static final class Merge {
    private final SnapshotService snapshots;
    private final LoadedSnapshot loaded;
    private final List<Change> newer = new ArrayList<>();
    private int news;

    private Merge(SnapshotService snapshots, LoadedSnapshot loaded) {
      this.snapshots = snapshots;
      this.loaded = loaded;
    }

    private void take(StoredEntity row) {
      if (!row.version().isAfter(snapshots.version(row.type(), row.id()))) {
        return;
      }
      try {
        newer.add(loaded.codec().change(row));
      } catch (BadRowException e) {
        LOG.warn("{}", e.getMessage());
      }
      if (newer.size() == CHUNK) {
        flush();
      }
    }

    private void flush() {
      news += snapshots.takeFromStore(List.copyOf(newer)).size();
      newer.clear();
    }
  }
}
