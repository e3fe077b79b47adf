package bifrost.providers.http.client;

import bifrost.providers.http.UpstreamException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All pools by their settings. A pool is opened by the first request that needs it and closed when
 * nobody has used it for some minutes: settings come and go while a node runs.
 */
final class Pools {
  static final Duration IDLE_LIMIT = Duration.ofMinutes(5);
  private static final Logger LOG = LoggerFactory.getLogger(Pools.class);

  private final ConcurrentHashMap<PoolKey, CompletableFuture<Pool>> pools =
      new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;
  private final ClientThreads threads;
  private volatile Scheduler.Task sweep;
  private volatile boolean closed;

  Pools(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.threads = ClientThreads.start();
    scheduleSweep();
  }

  /** The pool for these settings, with a lease that the caller gives back. */
  Pool lease(PoolKey key) throws UpstreamException, InterruptedException {
    while (true) {
      CompletableFuture<Pool> entry = pools.get(key);
      Pool pool = entry == null ? open(key) : await(entry);
      if (pool.tryLease()) {
        return pool;
      }
      pools.remove(key, entry);
    }
  }

  int size() {
    return pools.size();
  }

  /** Closes the pools that nobody has used for the idle limit. */
  void closeIdle() {
    pools.forEach(
        (key, entry) -> {
          Pool pool = entry.getNow(null);
          if (pool != null && pool.retireIfIdle(IDLE_LIMIT)) {
            pools.remove(key, entry);
            pool.close();
          }
        });
  }

  /** Closes everything, running exchanges too. */
  void close() {
    closed = true;
    sweep.cancel();
    pools.forEach(
        (key, entry) -> {
          Pool pool = entry.isCompletedExceptionally() ? null : entry.getNow(null);
          if (pool != null) {
            pool.close();
          }
        });
    pools.clear();
    threads.close();
  }

  private Pool open(PoolKey key) throws UpstreamException, InterruptedException {
    CompletableFuture<Pool> mine = new CompletableFuture<>();
    CompletableFuture<Pool> other = pools.putIfAbsent(key, mine);
    if (other != null) {
      return await(other);
    }
    // On a thread of its own: an interrupt of this caller must not fail those who wait with it.
    threads.executor().execute(() -> open(key, mine));
    return await(mine);
  }

  private void open(PoolKey key, CompletableFuture<Pool> entry) {
    try {
      entry.complete(Pool.open(key, threads, nanoTime));
    } catch (Throwable e) {
      // An error too, as of a class that is missing: nobody may wait for this entry for ever.
      pools.remove(key, entry);
      entry.completeExceptionally(e);
    }
  }

  private static Pool await(CompletableFuture<Pool> entry)
      throws UpstreamException, InterruptedException {
    try {
      return entry.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UpstreamException failure) {
        throw failure;
      }
      throw new IllegalStateException("cannot open a connection pool", e.getCause());
    }
  }

  private void scheduleSweep() {
    sweep = threads.scheduler().schedule(this::sweep, 1, TimeUnit.MINUTES);
  }

  private void sweep() {
    try {
      closeIdle();
    } catch (RuntimeException e) {
      LOG.warn("closing idle connection pools failed", e);
    }
    if (!closed) {
      scheduleSweep();
    }
  }
}
