package bifrost.runtime.ingress;

import bifrost.api.model.Header;
import bifrost.api.model.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/** Tells the virtual key that a request presents, and keeps credentials out of everything else. */
final class Credentials {
  private static final String PREFIX = "sk-bf-";
  private static final Set<String> SECRET =
      Set.of(
          "authorization",
          "proxy-authorization",
          "cookie",
          "x-bf-vk",
          "x-api-key",
          "x-goog-api-key",
          "api-key");

  private Credentials() {}

  /**
   * The virtual key: whatever {@code x-bf-vk} holds, else a value with the prefix of virtual keys
   * in one of the fields that SDKs put their key into.
   */
  static Optional<Secret> virtualKey(HttpFields fields) {
    String own = fields.get("x-bf-vk");
    if (own != null && !own.isBlank()) {
      return Optional.of(Secret.of(own.trim()));
    }
    String authorization = fields.get("Authorization");
    if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      String token = authorization.substring(7).trim();
      if (token.startsWith(PREFIX)) {
        return Optional.of(Secret.of(token));
      }
    }
    for (String name : List.of("x-api-key", "x-goog-api-key", "api-key")) {
      String value = fields.get(name);
      if (value != null && value.startsWith(PREFIX)) {
        return Optional.of(Secret.of(value.trim()));
      }
    }
    return Optional.empty();
  }

  /** The header fields without credentials. */
  static List<Header> without(HttpFields fields) {
    List<Header> headers = new ArrayList<>(fields.size());
    for (HttpField field : fields) {
      if (!SECRET.contains(field.getLowerCaseName()) && field.getValue() != null) {
        headers.add(new Header(field.getName(), field.getValue()));
      }
    }
    return headers;
  }
}
