package bifrost.providers.http.client;

import bifrost.providers.http.UpstreamException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The servers that are spoken to with one set of network settings. */
final class Pool {
  private final PoolKey key;
  private final Connector connector;
  private final LongSupplier nanoTime;
  private final ConcurrentHashMap<Origin, Host> hosts = new ConcurrentHashMap<>();
  private volatile long lastUse;

  private Pool(PoolKey key, Connector connector, LongSupplier nanoTime) {
    this.key = key;
    this.connector = connector;
    this.nanoTime = nanoTime;
    this.lastUse = nanoTime.getAsLong();
  }

  static Pool of(PoolKey key, LongSupplier nanoTime) throws UpstreamException {
    Optional<ProxyUrl> proxy =
        key.proxy().isPresent() ? Optional.of(ProxyUrl.parse(key.proxy().get())) : Optional.empty();
    return new Pool(key, new Connector(Tls.of(key), proxy), nanoTime);
  }

  Host host(Origin origin) {
    lastUse = nanoTime.getAsLong();
    Host host = hosts.get(origin);
    return host != null
        ? host
        : hosts.computeIfAbsent(
            origin, o -> new Host(o, connector, key.maxConnections(), nanoTime));
  }

  /** Whether nobody used it for so long; what it holds is closed then. */
  boolean closeIfIdle(Duration limit) {
    boolean unused = nanoTime.getAsLong() - lastUse >= limit.toNanos();
    for (Host host : hosts.values()) {
      if (unused) {
        host.closeIdle();
      }
      unused &= host.isUnused(key.maxConnections());
    }
    return unused;
  }
}
