package bifrost.providers.http.client;

import bifrost.api.model.Header;
import bifrost.providers.http.UpstreamRequest;
import java.util.Locale;
import java.util.Set;

/** Which header fields pass between a provider and a connection, and what a few of them mean. */
final class Fields {
  private static final Set<String> OF_CONNECTION =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");
  private static final Set<String> OF_REQUEST_BODY =
      Set.of("host", "content-length", "accept-encoding", "expect");
  private static final int MAX_KEEP_ALIVE_SECONDS = 3600;

  private Fields() {}

  /** Whether a field is about the connection alone. */
  static boolean isOfConnection(String name) {
    return mayBeOurs(name) && OF_CONNECTION.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Whether a provider's field goes to the upstream. */
  static boolean passes(Header header) {
    String name = header.name();
    return isToken(name)
        && !(mayBeOurs(name)
            && (OF_CONNECTION.contains(name.toLowerCase(Locale.ROOT))
                || OF_REQUEST_BODY.contains(name.toLowerCase(Locale.ROOT))));
  }

  /** Whether the network settings have a field of this name, which then takes its place. */
  static boolean isReplaced(Header header, UpstreamRequest request) {
    for (Header extra : request.network().extraHeaders()) {
      if (extra.is(header.name())) {
        return true;
      }
    }
    return false;
  }

  /** Whether a list of tokens has one, whatever the case. */
  static boolean hasToken(String list, String token) {
    for (String each : list.split(",")) {
      if (each.strip().equalsIgnoreCase(token)) {
        return true;
      }
    }
    return false;
  }

  /** The seconds of {@code timeout=N}, or -1. */
  static int keepAliveSeconds(String value) {
    for (String each : value.split(",")) {
      String parameter = each.strip().toLowerCase(Locale.ROOT);
      if (parameter.matches("timeout=\\d{1,6}")) {
        return Math.min(MAX_KEEP_ALIVE_SECONDS, Integer.parseInt(parameter.substring(8)));
      }
    }
    return -1;
  }

  static boolean isTokenByte(byte b) {
    return b > ' ' && b < 127 && "()<>@,;:\\\"/[]?={}".indexOf(b) < 0;
  }

  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) > 126 || !isTokenByte((byte) name.charAt(i))) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** Looks at the first letter before it makes a lower-case copy: most fields are not ours. */
  private static boolean mayBeOurs(String name) {
    return !name.isEmpty() && "ackehptuACKEHPTU".indexOf(name.charAt(0)) >= 0;
  }
}
