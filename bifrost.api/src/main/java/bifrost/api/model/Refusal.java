package bifrost.api.model;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A decision of the gateway not to serve a request: the status, type and message that its caller
 * gets.
 *
 * <p>Governors and filters return it; the core writes it in the error shape of the inbound format.
 * A refusal is a value, never an exception, and never names a key or a prompt.
 *
 * @param status HTTP status, 400 to 599
 * @param type one of the types of the public error table, for example {@code budget_exceeded}
 * @param code a finer machine-readable reason, often equal to the type
 * @param message what failed, on which id, the limit and the value, and what to do
 * @param param the request field at fault
 * @param retryAfter when it is worth trying again; sent as {@code Retry-After}, rounded up
 * @param fallback whether another provider may be tried in place of this one
 */
public record Refusal(
    int status,
    String type,
    String code,
    String message,
    Optional<String> param,
    Optional<Duration> retryAfter,
    boolean fallback) {

  /** Refuses a status outside 400 to 599 and {@code null} parts. */
  public Refusal {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status " + status + " is not an error, use 400 to 599");
    }
    Objects.requireNonNull(type, "type is null");
    Objects.requireNonNull(code, "code is null");
    Objects.requireNonNull(message, "message is null");
    Objects.requireNonNull(param, "param is null");
    Objects.requireNonNull(retryAfter, "retryAfter is null");
  }

  /** A refusal whose code is its type, with no field, no retry and no fallback. */
  public static Refusal of(int status, String type, String message) {
    return new Refusal(status, type, type, message, Optional.empty(), Optional.empty(), false);
  }

  /** A 400 of type {@code invalid_request} that names the field at fault. */
  public static Refusal invalid(String param, String message) {
    return new Refusal(
        400,
        "invalid_request",
        "invalid_request",
        message,
        Optional.of(param),
        Optional.empty(),
        false);
  }

  /** The same with a time after which to try again. */
  public Refusal retryAfter(Duration after) {
    return new Refusal(status, type, code, message, param, Optional.of(after), fallback);
  }

  /** The same, allowing another provider to be tried. */
  public Refusal allowingFallback() {
    return new Refusal(status, type, code, message, param, retryAfter, true);
  }
}
