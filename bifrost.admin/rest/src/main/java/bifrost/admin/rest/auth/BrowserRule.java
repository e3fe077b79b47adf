package bifrost.admin.rest.auth;

import bifrost.api.http.HttpExchange;
import bifrost.api.model.Refusal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Keeps pages of other sites, which an administrator's browser may show, away from the API: by the
 * {@code Origin} that browsers send, and on a node without credentials by the {@code Host}.
 */
public final class BrowserRule {
  private static final Pattern LOOPBACK_HOST =
      Pattern.compile(
          "(localhost|[a-z0-9-]+\\.localhost|127\\.[0-9.]{1,11}|\\[::1\\])(:[0-9]{1,5})?");
  private static final List<String> FORWARDING =
      List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via");

  private BrowserRule() {}

  /**
   * Refuses what a page of another site has made a browser send.
   *
   * @param allowedOrigins further origins that may ask; {@code *} counts for inference only
   */
  public static Optional<Refusal> check(HttpExchange exchange, List<String> allowedOrigins) {
    Optional<String> origin = exchange.header("Origin");
    if (origin.isPresent()) {
      return isOwn(origin.get(), exchange.header("Host").orElse(""))
              || allowedOrigins.contains(origin.get())
          ? Optional.empty()
          : Optional.of(foreign());
    }
    boolean reads = exchange.method().equals("GET") || exchange.method().equals("HEAD");
    boolean crossSite =
        exchange.header("Sec-Fetch-Site").filter(s -> s.equals("cross-site")).isPresent();
    return crossSite && !reads ? Optional.of(foreign()) : Optional.empty();
  }

  /**
   * Whether a request on a loopback listener really comes from this machine's own user: a name that
   * a foreign site points to 127.0.0.1, or a proxy in front, gives itself away by its header
   * fields.
   */
  static Optional<Refusal> checkLoopback(HttpExchange exchange) {
    String host = exchange.header("Host").orElse("").toLowerCase(Locale.ROOT);
    if (!LOOPBACK_HOST.matcher(host).matches()) {
      return Optional.of(
          Refusal.of(
              403,
              "forbidden",
              "without admin credentials the Host must be a loopback name, such as 127.0.0.1;"
                  + " or set governance.auth_config"));
    }
    Optional<String> forwarded =
        FORWARDING.stream().filter(name -> exchange.header(name).isPresent()).findFirst();
    return forwarded.map(
        name ->
            Refusal.of(
                403,
                "forbidden",
                "the request came through a proxy (%s); set governance.auth_config to allow that"
                    .formatted(name)));
  }

  private static Refusal foreign() {
    return Refusal.of(
        403,
        "forbidden",
        "a page of another origin may not use the management API; name the origin in"
            + " client.allowed_origins to allow it");
  }

  private static boolean isOwn(String origin, String host) {
    try {
      URI uri = new URI(origin);
      if (uri.getHost() == null || uri.getScheme() == null) {
        return false;
      }
      int standard = uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
      String bare = uri.getHost();
      int port = uri.getPort() < 0 ? standard : uri.getPort();
      return host.equalsIgnoreCase(bare + ":" + port)
          || (port == standard && host.equalsIgnoreCase(bare));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
