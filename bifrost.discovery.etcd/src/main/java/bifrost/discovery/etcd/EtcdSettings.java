package bifrost.discovery.etcd;

import bifrost.api.cluster.DiscoveryFields;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The validated configuration of discovery by etcd.
 *
 * @param serviceName the cluster's name
 * @param endpoints the servers, tried one after the other
 * @param user the user; empty for none
 * @param password the user's password
 * @param ca the authorities to trust; empty for those of the JDK
 * @param cert this node's certificate and key
 * @param bindPort the port of entries that name none
 * @param callLimit how long a call may take
 * @param lease how long the registration lives without renewal
 * @param check how often the list is compared with the server's
 */
record EtcdSettings(
    String serviceName,
    List<URI> endpoints,
    String user,
    String password,
    Optional<Path> ca,
    Optional<Certificate> cert,
    int bindPort,
    Duration callLimit,
    Duration lease,
    Duration check) {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration CHECK = Duration.ofSeconds(10);
  private static final int DEFAULT_PORT = 2379;
  private static final int MAX_ENDPOINTS = 32;

  /** A certificate and its key, files in PEM. */
  record Certificate(Path cert, Path key) {}

  static EtcdSettings from(EtcdConfig config) {
    String user = config.etcd__user().trim();
    if (user.isEmpty() != config.etcd__password().isEmpty()) {
      throw DiscoveryFields.refuse(
          user.isEmpty() ? "etcd_user" : "etcd_password",
          "is missing: etcd_user and etcd_password belong together");
    }
    return new EtcdSettings(
        DiscoveryFields.serviceName("service_name", config.service__name()),
        endpoints(config.etcd__endpoints()),
        user,
        config.etcd__password(),
        file("etcd_ca", config.etcd__ca()),
        certificate(config),
        DiscoveryFields.port("bind_port", config.bind__port()),
        DiscoveryFields.duration(
            "dial_timeout", config.dial__timeout(), Duration.ofSeconds(1), Duration.ofMinutes(1)),
        LEASE,
        CHECK);
  }

  /** Where the nodes of the cluster are. */
  String prefix() {
    return EtcdEntry.ROOT + serviceName + "/";
  }

  private static List<URI> endpoints(String[] texts) {
    List<URI> endpoints = new ArrayList<>();
    for (String text : texts) {
      endpoints.add(endpoint(text.trim()));
    }
    if (endpoints.isEmpty() || endpoints.size() > MAX_ENDPOINTS) {
      throw DiscoveryFields.refuse(
          "etcd_endpoints", "has " + endpoints.size() + " servers, name 1 to " + MAX_ENDPOINTS);
    }
    boolean tls = endpoints.get(0).getScheme().equals("https");
    if (endpoints.stream().anyMatch(each -> each.getScheme().equals("https") != tls)) {
      throw DiscoveryFields.refuse("etcd_endpoints", "mixes http and https, use one of them");
    }
    return List.copyOf(endpoints);
  }

  private static URI endpoint(String text) {
    try {
      URI uri = new URI(text.contains("://") ? text : "http://" + text);
      boolean known = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean bare = uri.getPath().isEmpty() || uri.getPath().equals("/");
      if (known && bare && uri.getHost() != null && uri.getUserInfo() == null) {
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        DiscoveryFields.port("etcd_endpoints", port);
        return new URI(uri.getScheme(), null, uri.getHost(), port, null, null, null);
      }
    } catch (URISyntaxException e) {
      // refused below, with the field's name
    }
    throw DiscoveryFields.refuse(
        "etcd_endpoints", "an endpoint is not of the form http://host:port or https://host:port");
  }

  private static Optional<Certificate> certificate(EtcdConfig config) {
    Optional<Path> cert = file("etcd_cert", config.etcd__cert());
    Optional<Path> key = file("etcd_key", config.etcd__key());
    if (cert.isPresent() != key.isPresent()) {
      throw DiscoveryFields.refuse(
          cert.isPresent() ? "etcd_key" : "etcd_cert",
          "is missing: etcd_cert and etcd_key belong together");
    }
    return cert.map(path -> new Certificate(path, key.orElseThrow()));
  }

  private static Optional<Path> file(String field, String text) {
    if (text.isBlank()) {
      return Optional.empty();
    }
    Path path = Path.of(text.trim());
    if (!Files.isReadable(path)) {
      throw DiscoveryFields.refuse(field, "'" + path + "' cannot be read");
    }
    return Optional.of(path);
  }
}
