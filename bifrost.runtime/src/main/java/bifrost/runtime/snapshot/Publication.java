package bifrost.runtime.snapshot;

import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.Snapshot;
import bifrost.api.snapshot.SnapshotListener;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the snapshot of now, and tells listeners of each new one.
 *
 * <p>A lock makes "set the snapshot and queue the news" one step; it is held for nothing else.
 * Listeners are called by one thread of their own, so their order is that of the revisions and a
 * slow one holds up neither readers nor the lock.
 */
final class Publication implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Publication.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<SnapshotListener> listeners = new CopyOnWriteArraySet<>();
  private final ExecutorService teller;
  private volatile MapSnapshot current;
  private volatile Thread tellerThread;

  Publication(MapSnapshot first) {
    this.current = first;
    this.teller =
        Executors.newSingleThreadExecutor(
            task -> {
              tellerThread = Thread.ofVirtual().name("bifrost-snapshot-listeners").unstarted(task);
              return tellerThread;
            });
  }

  MapSnapshot current() {
    return current;
  }

  /**
   * Publishes a snapshot.
   *
   * @return done when all listeners have heard of it; {@code null} when nobody is left to hear
   */
  Future<?> publish(MapSnapshot next, List<Change> changes) {
    lock.lock();
    try {
      current = next;
      return queue(() -> tellAll(next, changes));
    } finally {
      lock.unlock();
    }
  }

  /** Waits, within bounds, for what {@link #publish} has returned. */
  void await(Future<?> told) {
    if (told == null) {
      return;
    }
    try {
      told.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn(
          "snapshot listeners have not taken a change within {} ms; they will later",
          PATIENCE.toMillis());
    } catch (ExecutionException e) {
      LOG.warn("snapshot listeners failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Adds a listener: it first hears of the snapshot of now, then of every later one. */
  void add(SnapshotListener listener) {
    lock.lock();
    try {
      MapSnapshot now = current;
      queue(
          () -> {
            listeners.add(listener);
            tell(listener, now, List.of());
          });
    } finally {
      lock.unlock();
    }
  }

  void remove(SnapshotListener listener) {
    queue(() -> listeners.remove(listener));
  }

  /** Whether this is the thread that calls listeners. */
  boolean isTelling() {
    return Thread.currentThread() == tellerThread;
  }

  @Override
  public void close() {
    teller.shutdown();
    try {
      if (!teller.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("a snapshot listener is still busy, it is interrupted");
        teller.shutdownNow();
      }
    } catch (InterruptedException e) {
      teller.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private Future<?> queue(Runnable news) {
    try {
      return teller.submit(news);
    } catch (RejectedExecutionException e) {
      return null; // it is closing
    }
  }

  private void tellAll(Snapshot snapshot, List<Change> changes) {
    for (SnapshotListener listener : listeners) {
      tell(listener, snapshot, changes);
    }
  }

  private static void tell(SnapshotListener listener, Snapshot snapshot, List<Change> changes) {
    try {
      listener.published(snapshot, changes);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn(
          "snapshot listener {} failed at revision {}",
          listener.getClass().getName(),
          snapshot.revision(),
          e);
    }
  }
}
