package bifrost.providers.http.client;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows every open connection and closes those whose time is over, ten times a second. One look at
 * each is cheaper than a timer for every read of every stream.
 */
final class Sweeper {
  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
  private static final long PERIOD_MILLIS = 100;

  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("upstream-sweeper").daemon(true).factory());
  private final LongSupplier nanoTime;
  private volatile boolean closed;

  Sweeper(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Begins to sweep; a task of the pools is run with each round. */
  void start(Runnable more) {
    timer.scheduleWithFixedDelay(
        () -> {
          try {
            sweep();
            more.run();
          } catch (RuntimeException e) {
            LOG.warn("a round over the upstream connections failed", e);
          }
        },
        PERIOD_MILLIS,
        PERIOD_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  void add(Connection connection) {
    open.add(connection);
    if (closed) {
      connection.close();
    }
  }

  /** Stops and closes all connections. */
  void close() {
    closed = true;
    timer.shutdownNow();
    open.forEach(Connection::close);
    open.clear();
  }

  private void sweep() {
    if (open.isEmpty()) {
      return;
    }
    long now = nanoTime.getAsLong();
    for (Connection connection : open) {
      connection.expire(now);
      if (connection.isClosed()) {
        open.remove(connection);
      }
    }
  }
}
