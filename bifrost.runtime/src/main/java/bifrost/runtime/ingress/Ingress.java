package bifrost.runtime.ingress;

import bifrost.api.snapshot.SnapshotOwner;
import bifrost.runtime.boot.NodeSettings;
import bifrost.runtime.boot.ProcessExit;
import bifrost.runtime.pipeline.RequestPath;
import java.io.IOException;
import java.net.InetAddress;
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
 * Opens the listener when the configuration is loaded, and closes it before any plugin stops.
 *
 * <p>At a stop of the framework it hears of it first, on the thread that stops it: readiness fails,
 * the listener closes, running requests end or are cancelled at the drain limit, and only then the
 * bundles go.
 */
@Component(service = Ingress.class, immediate = true, configurationPid = IngressConfig.PID)
public final class Ingress {
  private static final Logger LOG = LoggerFactory.getLogger(Ingress.class);

  private final BundleContext context;
  private final ReadinessGate readiness;
  private final HttpListener listener;
  private final SynchronousBundleListener stopListener = this::bundleChanged;

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
      throws IOException {
    this.context = context;
    this.readiness = readiness;
    IngressSettings settings = IngressSettings.from(config);
    NodeSettings node = NodeSettings.from(context::getProperty);
    boolean loopback = InetAddress.getByName(node.host()).isLoopbackAddress();
    GatewayHandler handler =
        new GatewayHandler(new Routes(), path, snapshots, pages, resources, settings, loopback);
    try {
      listener = new HttpListener(settings, handler, path.inFlight(), node.host(), node.port());
    } catch (IOException e) {
      new ProcessExit(context).fail(e.getMessage());
      throw e;
    }
    context.addBundleListener(stopListener);
    String url = url(node.host(), listener.port());
    readiness.listening(url);
    LOG.info("listening on {}", url);
  }

  private static String url(String host, int port) {
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  private void bundleChanged(BundleEvent event) {
    if (event.getType() == BundleEvent.STOPPING && event.getBundle().getBundleId() == 0) {
      close();
    }
  }

  /** Closes the listener and waits for the running requests, within bounds. */
  @Deactivate
  public void deactivate() {
    context.removeBundleListener(stopListener);
    close();
  }

  private void close() {
    readiness.stopping();
    if (listener.close()) {
      LOG.info("listener closed");
    }
  }
}
