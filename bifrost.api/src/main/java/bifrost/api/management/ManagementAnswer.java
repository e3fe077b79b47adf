package bifrost.api.management;

import bifrost.api.model.Refusal;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The answer to a {@link ManagementRequest}: a JSON value, nothing, or a refusal.
 *
 * <p>The value consists of {@code Map} (with {@code String} keys), {@code List}, {@code String},
 * numbers, {@code Boolean} and {@code null}.
 *
 * @param status the HTTP status
 * @param body the value; {@code null} for none
 * @param headers header fields besides those that the management bundle sets itself
 * @param refusal why the request is not served; the management bundle writes it in the one shape of
 *     errors, with the body's members as {@code extra_fields}
 */
public record ManagementAnswer(
    int status, Object body, Map<String, String> headers, Optional<Refusal> refusal) {
  /** Copies the header fields; refuses {@code null} but for the body. */
  public ManagementAnswer {
    headers = Map.copyOf(headers);
    Objects.requireNonNull(refusal, "refusal is null");
  }

  /** 200 with a value. */
  public static ManagementAnswer ok(Object body) {
    return new ManagementAnswer(200, body, Map.of(), Optional.empty());
  }

  /** 201 with a value. */
  public static ManagementAnswer created(Object body) {
    return new ManagementAnswer(201, body, Map.of(), Optional.empty());
  }

  /** A refusal. */
  public static ManagementAnswer refused(Refusal refusal) {
    return new ManagementAnswer(refusal.status(), null, Map.of(), Optional.of(refusal));
  }

  /** 404: nothing is there. */
  public static ManagementAnswer notFound(String message) {
    return refused(Refusal.of(404, "not_found", message));
  }

  /**
   * 405.
   *
   * @param allowed the methods that are, separated by commas
   */
  public static ManagementAnswer methodNotAllowed(String allowed) {
    return refused(Refusal.of(405, "method_not_allowed", "use " + allowed))
        .withHeader("Allow", allowed);
  }

  /** The same with one more header field. */
  public ManagementAnswer withHeader(String name, String value) {
    Map<String, String> more = new java.util.HashMap<>(headers);
    more.put(name, value);
    return new ManagementAnswer(status, body, more, refusal);
  }
}
