package bifrost.admin.rest.auth;

import bifrost.api.http.HttpExchange;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.model.InvalidConfigException;
import bifrost.api.model.Refusal;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.AuthSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code /api/session}: login and logout. The one resource that is there for everyone. */
public final class SessionResource {
  /** Its prefix. */
  public static final String PREFIX = "/api/session";

  private static final Set<String> LOGIN_FIELDS = Set.of("username", "password");

  private final AccessRule access;

  /** The sessions of an access rule. */
  public SessionResource(AccessRule access) {
    this.access = access;
  }

  /** Whether a path belongs to it. */
  public boolean isAbout(String path) {
    return path.equals(PREFIX) || path.startsWith(PREFIX + "/");
  }

  /** Answers a request. */
  public ManagementAnswer handle(HttpExchange exchange, ManagementRequest request) {
    return switch (request.below()) {
      case "login" ->
          request.method().equals("POST")
              ? login(exchange, request)
              : ManagementAnswer.methodNotAllowed("POST");
      case "logout" ->
          request.method().equals("POST")
              ? logout(exchange)
              : ManagementAnswer.methodNotAllowed("POST");
      case "is-auth-enabled" ->
          request.method().equals("GET")
              ? state(exchange)
              : ManagementAnswer.methodNotAllowed("GET");
      default -> ManagementAnswer.notFound("there are login, logout and is-auth-enabled");
    };
  }

  private ManagementAnswer login(HttpExchange exchange, ManagementRequest request) {
    Optional<AuthSettings> auth = access.credentials();
    if (auth.isEmpty()) {
      return ManagementAnswer.refused(
          Refusal.of(400, "invalid_request", "no admin credentials are set, so there is no login"));
    }
    Map<String, Object> body = request.body();
    for (String name : body.keySet()) {
      if (!LOGIN_FIELDS.contains(name)) {
        throw new InvalidConfigException(name, "unknown field, a login has username and password");
      }
    }
    Optional<Refusal> refusal =
        access
            .passwords()
            .check(
                auth.get(),
                text(body, "username"),
                Secret.of(text(body, "password")),
                exchange.remoteAddress());
    if (refusal.isPresent()) {
      return ManagementAnswer.refused(refusal.get());
    }
    SessionTokens.Token token = access.tokens().issue(auth.get());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("message", "Login successful");
    answer.put("token", token.text());
    answer.put("expires_at", token.expires().toString());
    return ManagementAnswer.ok(answer);
  }

  private ManagementAnswer logout(HttpExchange exchange) {
    access
        .credentials()
        .ifPresent(auth -> bearer(exchange).ifPresent(text -> access.tokens().revoke(auth, text)));
    return ManagementAnswer.ok(Map.of("message", "Logout successful"));
  }

  private ManagementAnswer state(HttpExchange exchange) {
    Optional<AuthSettings> auth = access.credentials();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("is_auth_enabled", auth.isPresent());
    answer.put(
        "has_valid_token",
        auth.isPresent()
            && bearer(exchange)
                .filter(text -> access.tokens().isValid(auth.get(), text))
                .isPresent());
    return ManagementAnswer.ok(answer);
  }

  private static Optional<String> bearer(HttpExchange exchange) {
    return exchange
        .header("Authorization")
        .filter(header -> header.regionMatches(true, 0, "Bearer ", 0, 7))
        .map(header -> header.substring(7).strip());
  }

  private static String text(Map<String, Object> body, String name) {
    if (body.get(name) instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw new InvalidConfigException(name, "must be a text that is not empty");
  }
}
