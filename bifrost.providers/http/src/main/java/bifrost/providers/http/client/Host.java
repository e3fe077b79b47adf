package bifrost.providers.http.client;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The connections to one server: a permit for each that is in use, and those that are idle. */
final class Host {
  /**
   * How long a connection waits for its next request, unless the server says less: below the 350 s
   * after which the first of the clouds' gateways forget a silent connection.
   */
  static final Duration IDLE_LIMIT = Duration.ofSeconds(300);

  private final Origin origin;
  private final Connector connector;
  private final Semaphore permits;
  private final LongSupplier nanoTime;
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

  Host(Origin origin, Connector connector, int maxConnections, LongSupplier nanoTime) {
    this.origin = origin;
    this.connector = connector;
    this.permits = new Semaphore(maxConnections);
    this.nanoTime = nanoTime;
  }

  Origin origin() {
    return origin;
  }

  Connector connector() {
    return connector;
  }

  /** Waits a little for the permission to use a connection. */
  boolean tryAcquire(long nanos) throws InterruptedException {
    return permits.tryAcquire() || permits.tryAcquire(nanos, TimeUnit.NANOSECONDS);
  }

  /** Gives a permission back. */
  void release() {
    permits.release();
  }

  /** Takes the connection that became idle last, or {@code null} when there is none. */
  Connection poll() {
    for (Connection next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
      next.expireNever();
      if (!next.isExpired() && !next.isClosed()) {
        return next;
      }
    }
    return null;
  }

  /**
   * Takes a connection back that may be used again.
   *
   * @param keepAliveSeconds how long the server keeps it, or -1 if it did not say
   */
  void offer(Connection connection, int keepAliveSeconds) {
    Duration wait =
        keepAliveSeconds < 0
            ? IDLE_LIMIT
            : Duration.ofSeconds(Math.clamp(keepAliveSeconds - 1, 0, IDLE_LIMIT.toSeconds()));
    connection.clear();
    connection.expireAt(nanoTime.getAsLong() + wait.toNanos());
    idle.addFirst(connection);
  }

  /** Forgets closed connections; whether none is left and none is in use. */
  boolean isUnused(int maxConnections) {
    idle.removeIf(Connection::isClosed);
    return idle.isEmpty() && permits.availablePermits() == maxConnections;
  }

  /** Closes the idle connections. */
  void closeIdle() {
    for (Connection next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
      next.close();
    }
  }
}
