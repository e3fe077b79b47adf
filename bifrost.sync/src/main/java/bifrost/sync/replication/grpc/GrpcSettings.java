package bifrost.sync.replication.grpc;

import bifrost.api.model.InvalidConfigException;
import bifrost.sync.replication.tls.TlsSettings;
import bifrost.sync.replication.tls.TlsSettings.Verify;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The validated configuration of the transport.
 *
 * @param bind where to listen; port 0 for any free one
 * @param advertiseHost where others reach it; empty for what gossip advertises
 * @param advertisePort at which port; 0 for the bound one
 * @param dialTimeout how long a dial may take
 * @param tls the certificates; empty for links that anyone on the way can read and forge
 */
public record GrpcSettings(
    InetSocketAddress bind,
    String advertiseHost,
    int advertisePort,
    Duration dialTimeout,
    Optional<TlsSettings> tls) {
  private static final String SECTION = "cluster_config.grpc.";

  /**
   * Checks a configuration.
   *
   * @throws InvalidConfigException with field, value and fix
   */
  public static GrpcSettings from(GrpcConfig config) {
    if (config.port() < 0 || config.port() > 65_535) {
      throw new InvalidConfigException(
          SECTION + "port", config.port() + " is no port, use 1 to 65535, or 0 for any free one");
    }
    int seconds = config.dial__timeout__seconds();
    if (seconds < 1 || seconds > 600) {
      throw new InvalidConfigException(
          SECTION + "dial_timeout_seconds", seconds + " is out of range, use 1 to 600");
    }
    InetAddress address = address(config.bind__address().trim());
    Optional<TlsSettings> tls = tls(config);
    if (tls.isEmpty() && !address.isLoopbackAddress() && !config.insecure()) {
      throw new InvalidConfigException(
          SECTION + "tls",
          "is missing, and replication would listen on %s: set cert, key and ca; or bind_address"
                  .formatted(address.isAnyLocalAddress() ? "all addresses" : address)
              + " 127.0.0.1; or, where nobody else can reach the port, insecure true");
    }
    String advertised = config.advertise__address().trim();
    int colon = advertised.endsWith("]") ? -1 : advertised.lastIndexOf(':');
    return new GrpcSettings(
        new InetSocketAddress(address, config.port()),
        colon < 0 ? advertised : advertised.substring(0, colon),
        colon < 0 ? 0 : advertisedPort(advertised.substring(colon + 1)),
        Duration.ofSeconds(seconds),
        tls);
  }

  /**
   * Where the other members reach a listener, as {@code host:port}.
   *
   * @param boundPort the port that it has got
   * @param gossipHost what gossip advertises
   */
  public String advertised(int boundPort, String gossipHost) {
    boolean any = bind.getAddress().isAnyLocalAddress();
    String host =
        !advertiseHost.isEmpty()
            ? advertiseHost
            : any ? gossipHost : bind.getAddress().getHostAddress();
    boolean literal = host.indexOf(':') >= 0 && !host.startsWith("[");
    return (literal ? "[" + host + "]" : host)
        + ":"
        + (advertisePort == 0 ? boundPort : advertisePort);
  }

  private static InetAddress address(String text) {
    try {
      return text.isEmpty() ? new InetSocketAddress(0).getAddress() : InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new InvalidConfigException(
          SECTION + "bind_address", "'" + text + "' is no address of this host");
    }
  }

  private static int advertisedPort(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // refused below
    }
    throw new InvalidConfigException(
        SECTION + "advertise_address", "'" + text + "' is no port, use host or host:port");
  }

  private static Optional<TlsSettings> tls(GrpcConfig config) {
    if (config.tls_cert().isBlank() && config.tls_key().isBlank() && config.tls_ca().isBlank()) {
      return Optional.empty();
    }
    return Optional.of(
        new TlsSettings(
            file("cert", config.tls_cert()),
            file("key", config.tls_key()),
            file("ca", config.tls_ca()),
            verify(config.tls_verify())));
  }

  private static Path file(String field, String text) {
    if (text.isBlank()) {
      throw new InvalidConfigException(
          SECTION + "tls." + field, "is missing: cert, key and ca belong together");
    }
    return Path.of(text.trim());
  }

  private static Verify verify(String text) {
    return switch (text) {
      case "node" -> Verify.NODE;
      case "ca" -> Verify.CA;
      default ->
          throw new InvalidConfigException(
              SECTION + "tls.verify", "'" + text + "' is not known, use node or ca");
    };
  }
}
