package bifrost.providers.http.client;

import java.net.URI;

/**
 * The server behind a URI.
 *
 * @param secure whether it is spoken to over TLS
 * @param host its name or address, without brackets
 * @param port its port
 */
record Origin(boolean secure, String host, int port) {
  static Origin of(URI uri) {
    boolean secure = "https".equals(uri.getScheme());
    String host = uri.getHost();
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    return new Origin(secure, host, uri.getPort() > 0 ? uri.getPort() : secure ? 443 : 80);
  }

  /** Host and port as in a {@code Host} field, the port only where it is not the usual one. */
  String authority() {
    return port == (secure ? 443 : 80) ? bracketed() : bracketed() + ":" + port;
  }

  /** Host and port as in the target of a {@code CONNECT}. */
  String hostAndPort() {
    return bracketed() + ":" + port;
  }

  private String bracketed() {
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }
}
