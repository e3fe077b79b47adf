package bifrost.api.provider;

import bifrost.api.model.Header;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How to reach an upstream. Equal settings may share connections.
 *
 * @param baseUrl the vendor's root, without a trailing slash; absent means the provider's default
 * @param requestTimeout the longest wait for a whole answer that is not streamed, and for the head
 *     of a stream
 * @param streamIdleTimeout the longest wait between two chunks of a stream
 * @param maxConnections the most connections to one host
 * @param extraHeaders header fields to add to each request
 * @param insecureSkipVerify whether the upstream's certificate is believed unseen
 * @param caCertificate further certificates to trust, in PEM
 * @param proxy the HTTP proxy to go through, as a URL
 */
public record NetworkSettings(
    Optional<String> baseUrl,
    Duration requestTimeout,
    Duration streamIdleTimeout,
    int maxConnections,
    List<Header> extraHeaders,
    boolean insecureSkipVerify,
    Optional<String> caCertificate,
    Optional<String> proxy) {

  /** The vendor's default URL, 5 minutes for an answer, 1 minute between chunks. */
  public static final NetworkSettings DEFAULT =
      new NetworkSettings(
          Optional.empty(),
          Duration.ofMinutes(5),
          Duration.ofMinutes(1),
          5000,
          List.of(),
          false,
          Optional.empty(),
          Optional.empty());

  /** Copies the headers; refuses times and counts below one. */
  public NetworkSettings {
    Objects.requireNonNull(baseUrl, "baseUrl is null");
    requirePositive("requestTimeout", requestTimeout);
    requirePositive("streamIdleTimeout", streamIdleTimeout);
    if (maxConnections < 1) {
      throw new IllegalArgumentException("maxConnections is " + maxConnections + ", use 1 or more");
    }
    extraHeaders = List.copyOf(extraHeaders);
    Objects.requireNonNull(caCertificate, "caCertificate is null");
    Objects.requireNonNull(proxy, "proxy is null");
  }

  /** The same with another base URL. */
  public NetworkSettings withBaseUrl(String url) {
    return new NetworkSettings(
        Optional.of(url),
        requestTimeout,
        streamIdleTimeout,
        maxConnections,
        extraHeaders,
        insecureSkipVerify,
        caCertificate,
        proxy);
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " is " + value + ", use a positive duration");
    }
  }
}
