package bifrost.runtime.ingress;

import bifrost.api.snapshot.SnapshotOwner;
import bifrost.runtime.boot.NodeSettings;
import bifrost.runtime.pipeline.RequestPath;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listener: starts when the configuration is loaded, and closes before any plugin stops.
 *
 * <p>At a stop of the framework it hears of it first, on the thread that stops it: readiness fails,
 * the listener closes, running requests end or are cancelled at the drain limit, and only then the
 * bundles go.
 */
@Component(service = Ingress.class, immediate = true, configurationPid = IngressConfig.PID)
public final class Ingress {
  private static final Logger LOG = LoggerFactory.getLogger(Ingress.class);
  private static final long SWEEP_MILLIS = 250;

  private final BundleContext context;
  private final IngressSettings settings;
  private final RequestPath path;
  private final ReadinessGate readiness;
  private final Server server;
  private final WatchedConnector connector;
  private final GatewayHandler handler;
  private final ScheduledExecutorService sweeper;
  private final SynchronousBundleListener stopListener = this::bundleChanged;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Opens the listener. */
  @Activate
  public Ingress(
      BundleContext context,
      IngressConfig config,
      @Reference(name = "path") RequestPath path,
      @Reference(name = "snapshots") SnapshotOwner snapshots,
      @Reference(name = "pages") Pages pages,
      @Reference(name = "readiness") ReadinessGate readiness,
      @Reference(name = "resources") HttpResources resources)
      throws Exception {
    this.context = context;
    this.settings = IngressSettings.from(config);
    this.path = path;
    this.readiness = readiness;
    NodeSettings node = NodeSettings.from(context::getProperty);
    boolean loopback = InetAddress.getByName(node.host()).isLoopbackAddress();
    handler =
        new GatewayHandler(new Routes(), path, snapshots, pages, resources, settings, loopback);
    server = new Server(new VirtualThreadPool());
    server.setHandler(handler);
    server.setErrorHandler(new JsonErrorHandler());
    connector = connector(node);
    server.addConnector(connector);
    start(node);
    sweeper =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("bifrost-sweeper").factory());
    sweeper.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    context.addBundleListener(stopListener);
    readiness.listening(url(node));
    LOG.info("listening on {}", url(node));
  }

  private WatchedConnector connector(NodeSettings node) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(true);
    http.setRequestHeaderSize(settings.maxHeaderBytes());
    http.setHttpCompliance(HttpCompliance.RFC9110);
    WatchedConnector made = new WatchedConnector(server, new HttpConnectionFactory(http));
    made.setHost(node.host());
    made.setPort(node.port());
    made.setIdleTimeout(settings.idleTimeout().toMillis());
    made.setAcceptQueueSize(settings.acceptBacklog());
    return made;
  }

  private void start(NodeSettings node) throws Exception {
    try {
      server.start();
    } catch (IOException e) {
      server.stop();
      throw new IOException(
          "cannot listen on %s port %d: %s; choose another --port or --host"
              .formatted(node.host(), node.port(), e.getMessage()),
          e);
    }
  }

  private String url(NodeSettings node) {
    String host = node.host().contains(":") ? "[" + node.host() + "]" : node.host();
    return "http://" + host + ":" + connector.getLocalPort();
  }

  private void sweep() {
    try {
      path.inFlight().sweep();
      connector.endSlowHeads(settings.headerTimeout());
    } catch (RuntimeException e) {
      LOG.warn("sweep failed", e);
    }
  }

  private void bundleChanged(BundleEvent event) {
    if (event.getType() == BundleEvent.STOPPING && event.getBundle().getBundleId() == 0) {
      close();
    }
  }

  /** Closes the listener and waits for the running requests, within bounds. */
  @Deactivate
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    readiness.stopping();
    try {
      Thread.sleep(settings.stopNotice());
      handler.stopping();
      connector.close();
      int cut = path.inFlight().drain(settings.drain(), settings.idleTimeout());
      if (cut > 0) {
        LOG.warn("{} requests outlasted {} and were cut", cut, settings.drain());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sweeper.shutdownNow();
    try {
      server.stop();
    } catch (Exception e) {
      LOG.warn("listener did not stop cleanly: {}", e.toString());
    }
    try {
      context.removeBundleListener(stopListener);
    } catch (IllegalStateException e) {
      // the bundle is gone already, and its listeners with it
    }
    LOG.info("listener closed");
  }
}
