package bifrost.providers.http.client;

import bifrost.providers.http.UpstreamException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * All pools by their settings, which come and go while a node runs: a pool that nobody has used for
 * some minutes is closed.
 */
final class Pools {
  static final Duration IDLE_LIMIT = Duration.ofMinutes(5);
  private static final int ROUNDS_PER_LOOK = 300;

  private final ConcurrentHashMap<PoolKey, Pool> pools = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;
  private final Sweeper sweeper;
  private int rounds;

  Pools(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.sweeper = new Sweeper(nanoTime);
    sweeper.start(this::look);
  }

  LongSupplier nanoTime() {
    return nanoTime;
  }

  Sweeper sweeper() {
    return sweeper;
  }

  /** The connections to a server with these settings. */
  Host host(PoolKey key, Origin origin) throws UpstreamException {
    Pool pool = pools.get(key);
    if (pool == null) {
      Pool opened = Pool.of(key, nanoTime);
      Pool other = pools.putIfAbsent(key, opened);
      pool = other == null ? opened : other;
    }
    return pool.host(origin);
  }

  int size() {
    return pools.size();
  }

  /** Closes the pools that nobody has used for the idle limit. */
  void closeIdle() {
    for (Map.Entry<PoolKey, Pool> entry : pools.entrySet()) {
      if (entry.getValue().closeIfIdle(IDLE_LIMIT)) {
        pools.remove(entry.getKey(), entry.getValue());
      }
    }
  }

  /** Closes everything, running exchanges too. */
  void close() {
    sweeper.close();
    pools.clear();
  }

  /** Runs with each round of the sweeper; idle pools are looked for twice a minute. */
  private void look() {
    if (++rounds % ROUNDS_PER_LOOK == 0) {
      closeIdle();
    }
  }
}
