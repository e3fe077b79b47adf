package bifrost.admin.rest.auth;

import bifrost.api.http.HttpExchange;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.PasswordHasher;
import bifrost.api.model.Refusal;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.AuthSettings;
import bifrost.api.snapshot.SnapshotOwner;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Who may use the management API: the administrator, by name and password or by a token of a login;
 * where no credentials are set, whoever is on this machine.
 */
@Component(service = AccessRule.class)
public final class AccessRule {
  private static final String LOCAL = "loopback";
  private static final int LONGEST_HEADER = 4096;

  private final SnapshotOwner snapshots;
  private final PasswordGate passwords;
  private final SessionTokens tokens;

  /** Wires the rule. */
  @Activate
  public AccessRule(
      @Reference(name = "snapshots") SnapshotOwner snapshots,
      @Reference(name = "hasher") PasswordHasher hasher) {
    this(snapshots, hasher, InstantSource.system());
  }

  /** With a clock of its own. */
  public AccessRule(SnapshotOwner snapshots, PasswordHasher hasher, InstantSource clock) {
    this.snapshots = snapshots;
    this.passwords = new PasswordGate(hasher, clock);
    this.tokens = new SessionTokens(clock);
  }

  /** Decides about a request. */
  public Access check(HttpExchange exchange) {
    Optional<AuthSettings> auth = credentials();
    if (auth.isEmpty()) {
      return withoutCredentials(exchange);
    }
    String header = exchange.header("Authorization").orElse("");
    if (header.isEmpty()) {
      return refused(
          exchange,
          Refusal.of(
              401,
              "credentials_required",
              "send name and password (basic) or the token of a login (bearer)"));
    }
    if (header.length() > LONGEST_HEADER) {
      return refused(exchange, unreadable());
    }
    int space = header.indexOf(' ');
    String scheme = space < 0 ? header : header.substring(0, space);
    String value = space < 0 ? "" : header.substring(space + 1).strip();
    if (scheme.equalsIgnoreCase("Basic")) {
      return basic(exchange, auth.get(), value);
    }
    if (scheme.equalsIgnoreCase("Bearer")) {
      return tokens.isValid(auth.get(), value)
          ? new Access.Granted(auth.get().username())
          : refused(
              exchange,
              Refusal.of(
                  401,
                  "invalid_credentials",
                  "the token is none of a login, or has ended; log in again"));
    }
    return refused(exchange, unreadable());
  }

  /** The credentials that are asked for; empty when none are. */
  Optional<AuthSettings> credentials() {
    return snapshots
        .current()
        .auth()
        .filter(auth -> auth.enabled() && !auth.passwordHash().isEmpty());
  }

  /** Origins besides the node's own from which pages may use the API. */
  public List<String> allowedOrigins() {
    return snapshots.current().client().allowedOrigins();
  }

  PasswordGate passwords() {
    return passwords;
  }

  SessionTokens tokens() {
    return tokens;
  }

  /** An answer to somebody who is not let in. */
  static Access.Refused refused(HttpExchange exchange, Refusal refusal) {
    ManagementAnswer answer = ManagementAnswer.refused(refusal);
    if (refusal.status() != 401) {
      return new Access.Refused(answer);
    }
    // A browser would ask for a password and then send it by itself, with pages of others too.
    boolean browser = exchange.header("Sec-Fetch-Mode").isPresent();
    return new Access.Refused(
        answer.withHeader(
            "WWW-Authenticate",
            browser ? "Bearer realm=\"bifrost\"" : "Basic realm=\"bifrost\", charset=\"UTF-8\""));
  }

  private Access basic(HttpExchange exchange, AuthSettings auth, String value) {
    String pair;
    try {
      pair = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return refused(exchange, unreadable());
    }
    int colon = pair.indexOf(':');
    if (colon < 0) {
      return refused(exchange, unreadable());
    }
    Optional<Refusal> refusal =
        passwords.check(
            auth,
            pair.substring(0, colon),
            Secret.of(pair.substring(colon + 1)),
            exchange.remoteAddress());
    return refusal.isPresent()
        ? refused(exchange, refusal.get())
        : new Access.Granted(auth.username());
  }

  private static Access withoutCredentials(HttpExchange exchange) {
    if (!exchange.loopback()) {
      return new Access.Refused(
          ManagementAnswer.refused(
              Refusal.of(
                  403,
                  "forbidden",
                  "this node can be reached from other machines and has no admin credentials; set"
                      + " governance.auth_config in its configuration file")));
    }
    Optional<Refusal> foreign = BrowserRule.checkLoopback(exchange);
    return foreign.isPresent()
        ? new Access.Refused(ManagementAnswer.refused(foreign.get()))
        : new Access.Granted(LOCAL);
  }

  private static Refusal unreadable() {
    return Refusal.of(
        401, "invalid_credentials", "Authorization must be Basic or Bearer, and well-formed");
  }
}
