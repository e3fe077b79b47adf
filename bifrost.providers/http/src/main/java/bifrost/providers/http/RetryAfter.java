package bifrost.providers.http;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** When an upstream wants to be asked again: {@code retry-after-ms}, else {@code Retry-After}. */
final class RetryAfter {
  static final Duration MAX = Duration.ofHours(24);

  private RetryAfter() {}

  static Optional<Duration> of(UpstreamResponse response, Instant now) {
    Optional<Duration> millis = response.header("retry-after-ms").flatMap(v -> number(v, 1));
    return millis.isPresent()
        ? millis
        : response.header("retry-after").flatMap(v -> number(v, 1000).or(() -> date(v, now)));
  }

  private static Optional<Duration> number(String text, double toMillis) {
    String value = text.strip();
    if (value.isEmpty() || value.length() > 20 || !Character.isDigit(value.charAt(0))) {
      return Optional.empty();
    }
    try {
      double millis = Double.parseDouble(value) * toMillis;
      return Optional.of(Duration.ofMillis((long) Math.ceil(Math.min(millis, MAX.toMillis()))));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> date(String text, Instant now) {
    try {
      Instant at =
          ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(now, at);
      if (wait.isNegative()) {
        return Optional.of(Duration.ZERO);
      }
      return Optional.of(wait.compareTo(MAX) > 0 ? MAX : wait);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
