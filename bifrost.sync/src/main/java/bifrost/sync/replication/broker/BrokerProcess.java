package bifrost.sync.replication.broker;

import bifrost.api.model.InvalidConfigException;
import bifrost.sync.replication.tls.NodeTls;
import bifrost.sync.replication.tls.TlsSettings;
import bifrost.sync.replication.tls.TlsSettings.Verify;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole of a process that was started as a broker; in any other it does nothing. */
@Component(
    service = {},
    immediate = true)
public final class BrokerProcess {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerProcess.class);
  private static final int PORT = 50_051;

  private final Optional<BrokerServer> server;

  /** Serves, where the framework property {@code bifrost.mode} is {@code broker}. */
  @Activate
  public BrokerProcess(BundleContext context) {
    this.server =
        "broker".equals(context.getProperty("bifrost.mode")) ? open(context) : Optional.empty();
  }

  @Deactivate
  void close() {
    server.ifPresent(BrokerServer::close);
  }

  private static Optional<BrokerServer> open(BundleContext context) {
    try {
      UnaryOperator<String> environment = System::getenv;
      return Optional.of(
          serve(property(context, "bifrost.host"), property(context, "bifrost.port"), environment));
    } catch (InvalidConfigException e) {
      LOG.error("The broker stops: {}", e.getMessage());
      stop(context);
      return Optional.empty();
    }
  }

  /** Serves by what the command line and the environment say. */
  static BrokerServer serve(String host, String port, UnaryOperator<String> environment) {
    InetSocketAddress bind = address(host, port);
    String token =
        BrokerSettings.token("BIFROST_BROKER_TOKEN", environment.apply("BIFROST_BROKER_TOKEN"));
    String cert = environment.apply("BIFROST_BROKER_TLS_CERT");
    String key = environment.apply("BIFROST_BROKER_TLS_KEY");
    if (cert == null || key == null) {
      if (!bind.getAddress().isLoopbackAddress()
          && !"true".equals(environment.apply("BIFROST_BROKER_INSECURE"))) {
        throw new InvalidConfigException(
            "BIFROST_BROKER_TLS_CERT",
            "and BIFROST_BROKER_TLS_KEY are missing, and the broker would listen on "
                + bind.getAddress().getHostAddress()
                + ": set both to files in PEM; or, where the platform ends TLS before it,"
                + " BIFROST_BROKER_INSECURE=true");
      }
      return new BrokerServer(bind, token, Optional.empty());
    }
    // a broker knows its nodes by the token and asks them for no certificate
    TlsSettings files = new TlsSettings(Path.of(cert), Path.of(key), Path.of(cert), Verify.CA);
    NodeTls tls;
    try {
      tls = new NodeTls(files, Clock.systemUTC());
    } catch (InvalidConfigException e) {
      throw new InvalidConfigException(
          "BIFROST_BROKER_TLS_CERT, BIFROST_BROKER_TLS_KEY", e.getMessage());
    }
    return new BrokerServer(bind, token, Optional.of(tls));
  }

  private static InetSocketAddress address(String host, String port) {
    try {
      InetAddress address = InetAddress.getByName(host.isEmpty() ? "127.0.0.1" : host);
      return new InetSocketAddress(address, port.isEmpty() ? PORT : Integer.parseInt(port));
    } catch (UnknownHostException | IllegalArgumentException e) {
      throw new InvalidConfigException(
          "--host, --port", "'" + host + "' and '" + port + "' are no address of this host");
    }
  }

  private static String property(BundleContext context, String name) {
    String value = context.getProperty(name);
    return value == null ? "" : value.trim();
  }

  private static void stop(BundleContext context) {
    try {
      Path status = Path.of(property(context, "bifrost.data"), "run", "exit-status");
      Files.createDirectories(status.getParent());
      Files.writeString(status, "1\n");
      context.getBundle(0).stop();
    } catch (IOException | BundleException e) {
      LOG.error("The broker does not stop", e);
    }
  }
}
