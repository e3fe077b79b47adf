package bifrost.api.provider;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * What an upstream did wrong in one attempt.
 *
 * <p>Made by providers; the core decides by its kind whether to retry, to change the key, to fall
 * back, and what may have been billed.
 *
 * @param kind the class of failure
 * @param status the upstream's HTTP status, or 0 when there was none
 * @param message what failed, for the caller; never a key, a prompt or an answer
 * @param retryAfter the upstream's own wish, where it said one
 * @param body the upstream's error body in its own format, for pass-through; may be empty
 * @param contentType the body's media type; empty when there is no body
 * @param billable whether the upstream may charge for the attempt
 */
public record UpstreamFailure(
    Kind kind,
    int status,
    String message,
    Optional<Duration> retryAfter,
    byte[] body,
    String contentType,
    boolean billable) {

  /** The classes of failure, each with one consequence. */
  public enum Kind {
    /** No connection, or broken before an answer: retried on the same key. */
    CONNECTION,
    /** No answer in time: retried on the same key while the deadline allows. */
    TIMEOUT,
    /** 429: retried with another key, after the wished wait. */
    RATE_LIMITED,
    /** 401 or 403: the key is dead for this request, another one is tried at once. */
    CREDENTIAL,
    /** 402 or a spent quota: as CREDENTIAL. */
    BILLING,
    /** 500 and above: retried on the same key. */
    SERVER_ERROR,
    /** 503 or 529: as SERVER_ERROR, and counted against the provider's health. */
    OVERLOADED,
    /** 400, 413, 422 and their like: the request's own fault, never retried. */
    INVALID_REQUEST,
    /** 404: no such model there; not retried, but a fallback may help. */
    NOT_FOUND,
    /** The answer broke off after content had been written: never retried. */
    CUT,
    /** The answer is not what the format says: treated as SERVER_ERROR. */
    PROTOCOL
  }

  /** Refuses {@code null}; the body belongs to the record from here on. */
  public UpstreamFailure {
    Objects.requireNonNull(kind, "kind is null");
    Objects.requireNonNull(message, "message is null");
    Objects.requireNonNull(retryAfter, "retryAfter is null");
    Objects.requireNonNull(body, "body is null");
    Objects.requireNonNull(contentType, "contentType is null");
  }

  /** A failure without an answer of the upstream. */
  public static UpstreamFailure of(Kind kind, String message, boolean billable) {
    return new UpstreamFailure(kind, 0, message, Optional.empty(), new byte[0], "", billable);
  }

  /** The class that an HTTP status outside 2xx belongs to. */
  public static Kind kindOf(int status) {
    return switch (status) {
      case 401, 403 -> Kind.CREDENTIAL;
      case 402 -> Kind.BILLING;
      case 404 -> Kind.NOT_FOUND;
      case 408, 504 -> Kind.TIMEOUT;
      case 429 -> Kind.RATE_LIMITED;
      case 503, 529 -> Kind.OVERLOADED;
      default -> status >= 500 ? Kind.SERVER_ERROR : Kind.INVALID_REQUEST;
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UpstreamFailure that
        && kind == that.kind
        && status == that.status
        && message.equals(that.message)
        && retryAfter.equals(that.retryAfter)
        && Arrays.equals(body, that.body)
        && contentType.equals(that.contentType)
        && billable == that.billable;
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, status, message, retryAfter, Arrays.hashCode(body), contentType);
  }

  /** Kind, status and message: the body may quote the prompt. */
  @Override
  public String toString() {
    return "UpstreamFailure[" + kind + ", " + status + ", " + message + "]";
  }
}
