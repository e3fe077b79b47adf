package bifrost.runtime.pipeline;

import bifrost.api.model.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** Says what was wrong with a body that could not be read. */
final class BodyFaults {
  private BodyFaults() {}

  /** The refusal for a body whose reading failed like this. */
  static Refusal refusal(IOException e) {
    if (e instanceof BodyTooLargeException tooLarge) {
      return new Refusal(
          413,
          "invalid_request",
          "request_too_large",
          tooLarge.getMessage(),
          Optional.of("body"),
          Optional.empty(),
          false);
    }
    if (e instanceof BodyMemoryException) {
      return Refusal.of(503, "overloaded", e.getMessage()).retryAfter(Duration.ofSeconds(1));
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException) {
        return Refusal.of(
            408, "invalid_request", "the body did not arrive in time; send it without pauses");
      }
    }
    return Refusal.invalid("body", "the body broke off before its end; send all of it");
  }
}
