package bifrost.providers.http.client;

import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.UpstreamException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** A proxy of the form {@code http://[user:password@]host[:port]}. */
record ProxyUrl(URI uri) {

  static ProxyUrl parse(String url) throws UpstreamException {
    try {
      URI uri = new URI(url);
      boolean known = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (known && uri.getHost() != null) {
        return new ProxyUrl(uri);
      }
    } catch (URISyntaxException e) {
      // The text may hold a password: neither it nor the parser's message is repeated.
    }
    throw new UpstreamException(
        UpstreamFailure.of(
            Kind.CONNECTION,
            "proxy is no URL of the form http://[user:password@]host:port, correct or remove it",
            false));
  }

  Origin origin() {
    return Origin.of(uri);
  }

  /** The value of {@code Proxy-Authorization}, where the URL has credentials. */
  Optional<String> authorization() {
    return Optional.ofNullable(uri.getUserInfo())
        .map(user -> user.indexOf(':') < 0 ? user + ":" : user)
        .map(
            user ->
                "Basic "
                    + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
  }

  /** Without the credentials. */
  @Override
  public String toString() {
    return origin().hostAndPort();
  }
}
