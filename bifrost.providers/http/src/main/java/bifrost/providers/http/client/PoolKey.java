package bifrost.providers.http.client;

import bifrost.api.provider.NetworkSettings;
import java.util.Optional;

/** The network settings that requests on one connection have to share. */
record PoolKey(
    int maxConnections,
    boolean insecureSkipVerify,
    Optional<String> caCertificate,
    Optional<String> proxy) {

  static PoolKey of(NetworkSettings network) {
    return new PoolKey(
        network.maxConnections(),
        network.insecureSkipVerify(),
        network.caCertificate(),
        network.proxy());
  }

  /** Without the certificate and the proxy, which may carry a password. */
  @Override
  public String toString() {
    return "PoolKey[max %d, verify %s, own CA %s, proxy %s]"
        .formatted(
            maxConnections, !insecureSkipVerify, caCertificate.isPresent(), proxy.isPresent());
  }
}
