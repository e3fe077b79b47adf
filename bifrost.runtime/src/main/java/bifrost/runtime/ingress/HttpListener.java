package bifrost.runtime.ingress;

import bifrost.runtime.pipeline.InFlight;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: one virtual thread per request, and a sweeper that ends what takes too long or
 * is no longer wanted.
 */
final class HttpListener {
  private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);
  private static final long SWEEP_MILLIS = 250;

  /** Requests are bounded by {@code client.max_concurrent_requests}; the pool must not be first. */
  private static final int MOST_TASKS = 1_000_000;

  private final IngressSettings settings;
  private final GatewayHandler handler;
  private final InFlight inFlight;
  private final Server server;
  private final WatchedConnector connector;
  private final ScheduledExecutorService sweeper;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Opens the listener on this address; port 0 for any free one. */
  HttpListener(
      IngressSettings settings, GatewayHandler handler, InFlight inFlight, String host, int port)
      throws IOException {
    this.settings = settings;
    this.handler = handler;
    this.inFlight = inFlight;
    // no limit here, its default is 200: client.max_concurrent_requests limits, and says so
    server = new Server(new VirtualThreadPool(0));
    server.setHandler(handler);
    server.setErrorHandler(new JsonErrorHandler());
    connector = connector(host, port);
    server.addConnector(connector);
    start(host, port);
    sweeper =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("bifrost-sweeper").factory());
    sweeper.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** The port that it listens on. */
  int port() {
    return connector.getLocalPort();
  }

  private WatchedConnector connector(String host, int port) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(true);
    http.setRequestHeaderSize(settings.maxHeaderBytes());
    http.setHttpCompliance(HttpCompliance.RFC9110);
    WatchedConnector made = new WatchedConnector(server, new HttpConnectionFactory(http));
    made.setHost(host);
    made.setPort(port);
    made.setIdleTimeout(settings.idleTimeout().toMillis());
    made.setAcceptQueueSize(settings.acceptBacklog());
    return made;
  }

  private void start(String host, int port) throws IOException {
    try {
      server.start();
    } catch (Exception e) {
      stopServer();
      throw new IOException(
          "cannot listen on %s port %d: %s; choose another --port or --host"
              .formatted(host, port, e.getMessage()),
          e);
    }
  }

  private void sweep() {
    try {
      inFlight.sweep();
      connector.endSlowHeads(settings.headerTimeout());
    } catch (RuntimeException e) {
      LOG.warn("sweep failed", e);
    }
  }

  /**
   * Takes no new connection, lets running requests end within bounds, and closes.
   *
   * @return whether it was open before
   */
  boolean close() {
    if (!closed.compareAndSet(false, true)) {
      return false;
    }
    try {
      Thread.sleep(settings.stopNotice());
      handler.stopping();
      connector.close();
      int cut = inFlight.drain(settings.drain(), settings.idleTimeout());
      if (cut > 0) {
        LOG.warn("{} requests outlasted the drain limit of {} and were cut", cut, settings.drain());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sweeper.shutdownNow();
    stopServer();
    return true;
  }

  private void stopServer() {
    try {
      server.stop();
    } catch (Exception e) {
      LOG.warn("the listener did not stop cleanly: {}", e.toString());
    }
  }
}
