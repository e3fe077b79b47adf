package bifrost.runtime.config;

import bifrost.api.model.Header;
import bifrost.api.provider.NetworkSettings;
import bifrost.runtime.config.json.Fields;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The object {@code network_config} of a provider, but for its retries. */
final class NetworkReader {
  private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");
  private static final Set<String> OWN_HEADERS =
      Set.of("host", "content-length", "transfer-encoding", "connection");

  Optional<NetworkSettings> read(Optional<Fields> network, Optional<Fields> proxyConfig) {
    Optional<String> proxyUrl = proxyConfig.flatMap(this::proxy);
    if (network.isEmpty()) {
      return proxyUrl.map(url -> withProxy(NetworkSettings.DEFAULT, url));
    }
    Fields fields = network.get();
    NetworkSettings defaults = NetworkSettings.DEFAULT;
    Optional<String> baseUrl = url(fields, "base_url", Set.of("http", "https"));
    Duration timeout =
        seconds(fields, "default_request_timeout_in_seconds", defaults.requestTimeout());
    Duration idle = seconds(fields, "stream_idle_timeout_in_seconds", defaults.streamIdleTimeout());
    int connections =
        (int) fields.whole("max_conns_per_host", 1, 100_000).orElse(defaults.maxConnections());
    List<Header> headers = headers(fields);
    boolean insecure = fields.flag("insecure_skip_verify").orElse(false);
    Optional<String> certificate = certificate(fields);
    Optional<String> proxy = url(fields, "proxy", Set.of("http", "https")).or(() -> proxyUrl);
    fields.ignore("allow_private_network", "base URLs that the operator writes are always allowed");
    fields.ignore("stream_throughput_guard", "Bifrost does not offer it");
    fields.ignore("beta_header_overrides", "set extra_headers");
    return fields.build(
        () ->
            new NetworkSettings(
                baseUrl, timeout, idle, connections, headers, insecure, certificate, proxy));
  }

  private Optional<String> proxy(Fields fields) {
    Optional<String> url = url(fields, "url", Set.of("http", "https"));
    fields
        .text("type")
        .filter(type -> !type.equals("http") && !type.equals("none"))
        .ifPresent(type -> fields.refuse("type", "is '" + type + "', only http is offered"));
    if (fields.has("username") || fields.has("password")) {
      fields.refuse("username", "is not offered here; write it into the URL, user:password@host");
    }
    fields.any("username");
    fields.any("password");
    fields.end();
    return url;
  }

  private static Optional<String> url(Fields fields, String name, Set<String> schemes) {
    Optional<String> text = fields.text(name).filter(url -> !url.isBlank());
    if (text.isEmpty()) {
      return text;
    }
    try {
      URI uri = new URI(text.get().trim());
      if (uri.getScheme() != null
          && schemes.contains(uri.getScheme())
          && uri.getHost() != null
          && uri.getRawFragment() == null
          && uri.getRawQuery() == null) {
        return Optional.of(text.get().trim().replaceAll("/+$", ""));
      }
    } catch (URISyntaxException e) {
      // refused below, without the text: it may hold a password
    }
    fields.refuse(name, "is no URL of the form https://host[:port][/path]");
    return Optional.empty();
  }

  private static List<Header> headers(Fields fields) {
    List<Header> headers = new ArrayList<>();
    for (Map.Entry<String, String> header : fields.textMap("extra_headers").entrySet()) {
      String name = header.getKey();
      if (!HEADER_NAME.matcher(name).matches()) {
        fields.refuse("extra_headers", "holds a name that is no header name");
      } else if (OWN_HEADERS.contains(name.toLowerCase(java.util.Locale.ROOT))) {
        fields.refuse("extra_headers", "'" + name + "' is set by the gateway itself; leave it out");
      } else if (header.getValue().chars().anyMatch(c -> c < 32 && c != '\t' || c == 127)) {
        fields.refuse("extra_headers", "the value of '" + name + "' holds a control character");
      } else {
        headers.add(new Header(name, header.getValue()));
      }
    }
    return headers;
  }

  private static Optional<String> certificate(Fields fields) {
    Optional<String> pem = fields.text("ca_cert_pem").filter(text -> !text.isBlank());
    if (pem.isPresent() && !pem.get().contains("-----BEGIN CERTIFICATE-----")) {
      fields.refuse("ca_cert_pem", "holds no PEM certificate (-----BEGIN CERTIFICATE-----)");
    }
    return pem;
  }

  private static Duration seconds(Fields fields, String name, Duration fallback) {
    return Duration.ofSeconds(fields.whole(name, 1, 86_400).orElse(fallback.toSeconds()));
  }

  private static NetworkSettings withProxy(NetworkSettings network, String proxy) {
    return new NetworkSettings(
        network.baseUrl(),
        network.requestTimeout(),
        network.streamIdleTimeout(),
        network.maxConnections(),
        network.extraHeaders(),
        network.insecureSkipVerify(),
        network.caCertificate(),
        Optional.of(proxy));
  }
}
