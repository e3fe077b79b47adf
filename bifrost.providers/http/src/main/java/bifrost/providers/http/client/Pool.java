package bifrost.providers.http.client;

import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.UpstreamException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpClientTransport;
import org.eclipse.jetty.client.RedirectProtocolHandler;
import org.eclipse.jetty.client.WWWAuthenticationProtocolHandler;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections that are opened with one set of network settings. */
final class Pool {
  /**
   * How long a connection may be silent. It holds in the pool and amid an exchange alike, hence a
   * little more than the default timeout of a request, and less than the 350 s after which the
   * first of the clouds' gateways forget a silent connection.
   */
  static final Duration CONNECTION_IDLE = Duration.ofSeconds(310);

  private static final Logger LOG = LoggerFactory.getLogger(Pool.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_HEADERS_BYTES = 64 * 1024;
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final int RETIRED = Integer.MIN_VALUE;

  private final PoolKey key;
  private final HttpClient client;
  private final LongSupplier nanoTime;
  private final AtomicInteger leases = new AtomicInteger();
  private volatile long lastUse;

  private Pool(PoolKey key, HttpClient client, LongSupplier nanoTime) {
    this.key = key;
    this.client = client;
    this.nanoTime = nanoTime;
    this.lastUse = nanoTime.getAsLong();
  }

  static Pool open(PoolKey key, ClientThreads threads, LongSupplier nanoTime)
      throws UpstreamException {
    ClientConnector connector = new ClientConnector();
    connector.setSelectors(Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 4));
    connector.setExecutor(threads.executor());
    connector.setScheduler(threads.scheduler());
    connector.setByteBufferPool(threads.buffers());
    connector.setConnectTimeout(CONNECT_TIMEOUT);
    connector.setSslContextFactory(Tls.contextFactory(key));

    HttpClientTransport transport = new HttpClientTransportOverHTTP(connector);
    // The callbacks of an exchange only wake its caller: the selector's thread may run them itself.
    transport.setInvocationType(InvocationType.NON_BLOCKING);

    HttpClient client = new HttpClient(transport);
    client.setName("upstream");
    client.setExecutor(threads.executor());
    client.setScheduler(threads.scheduler());
    client.setByteBufferPool(threads.buffers());
    client.setIdleTimeout(CONNECTION_IDLE.toMillis());
    client.setAddressResolutionTimeout(CONNECT_TIMEOUT.toMillis());
    client.setMaxConnectionsPerDestination(key.maxConnections());
    client.setMaxRequestsQueuedPerDestination(Math.max(1024, key.maxConnections()));
    client.setDestinationIdleTimeout(Pools.IDLE_LIMIT.toMillis());
    client.setMaxResponseHeadersSize(MAX_HEADERS_BYTES);
    client.setMaxRequestHeadersSize(MAX_HEADERS_BYTES);
    client.setRequestBufferSize(BUFFER_BYTES);
    client.setResponseBufferSize(BUFFER_BYTES);
    client.setUserAgentField(null);
    client.setDefaultRequestContentType(null);
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    if (key.proxy().isPresent()) {
      ProxyUrl.parse(key.proxy().get()).addTo(client);
    }
    try {
      client.start();
    } catch (Exception e) {
      LifeCycle.stop(client);
      throw new UpstreamException(
          UpstreamFailure.of(Kind.CONNECTION, "the HTTP client did not start: " + e, false));
    }
    client.getContentDecoderFactories().clear();
    client.getProtocolHandlers().remove(RedirectProtocolHandler.NAME);
    client.getProtocolHandlers().remove(WWWAuthenticationProtocolHandler.NAME);
    LOG.debug("opened {}", key);
    return new Pool(key, client, nanoTime);
  }

  HttpClient client() {
    return client;
  }

  /** Takes a lease, unless the pool was retired. */
  boolean tryLease() {
    if (leases.incrementAndGet() > 0) {
      return true;
    }
    leases.decrementAndGet();
    return false;
  }

  void release() {
    lastUse = nanoTime.getAsLong();
    leases.decrementAndGet();
  }

  /** Takes no more leases if there are none, and were none for so long. */
  boolean retireIfIdle(Duration limit) {
    return nanoTime.getAsLong() - lastUse >= limit.toNanos() && leases.compareAndSet(0, RETIRED);
  }

  void close() {
    LifeCycle.stop(client);
    LOG.debug("closed {}", key);
  }
}
