package bifrost.providers.echo;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a model's name asks the echo to do: one or more parts joined by {@code +}, in any order,
 * each at most once.
 *
 * <table>
 * <caption>Parts</caption>
 * <tr><td>{@code echo-1}</td><td>nothing special</td></tr>
 * <tr><td>{@code delay-T}</td><td>waits before it answers, at most 10 minutes</td></tr>
 * <tr><td>{@code chunks-N}, {@code chunks-N-T}</td><td>answers in N pieces (1 to 10000), T apart (at
 *     most 1 minute), repeating the text as needed</td></tr>
 * <tr><td>{@code error-S}, {@code error-S-T}</td><td>fails with HTTP status S (400 to 599), and asks
 *     to be tried again after T</td></tr>
 * <tr><td>{@code cut-N}</td><td>breaks off after N pieces (1 to 10000)</td></tr>
 * </table>
 *
 * <p>T is a whole number of {@code ms} or {@code s}. {@code delay-250ms+chunks-50-20ms+cut-3} waits
 * a quarter of a second, then sends three pieces 20 ms apart and breaks off.
 *
 * @param delay the wait before anything
 * @param chunks the number of pieces
 * @param gap the time between two pieces
 * @param error the status to fail with
 * @param retryAfter the wish that goes with the error
 * @param cut the pieces before the answer breaks off
 */
record EchoModel(
    Duration delay,
    OptionalInt chunks,
    Duration gap,
    OptionalInt error,
    Optional<Duration> retryAfter,
    OptionalInt cut) {

  static final String USE =
      "use echo-1, delay-T, chunks-N[-T], error-S[-T], cut-N, joined by +, T as 250ms or 2s";

  private static final EchoModel PLAIN =
      new EchoModel(
          Duration.ZERO,
          OptionalInt.empty(),
          Duration.ZERO,
          OptionalInt.empty(),
          Optional.empty(),
          OptionalInt.empty());
  private static final Pattern PART =
      Pattern.compile(
          "(delay)-(\\d{1,6}m?s)|(chunks|error)-(\\d{1,5})(?:-(\\d{1,6}m?s))?|(cut)-(\\d{1,5})");
  private static final Duration MAX_DELAY = Duration.ofMinutes(10);
  private static final Duration MAX_GAP = Duration.ofMinutes(1);
  private static final int MAX_PIECES = 10_000;
  private static final int MAX_NAME = 200;

  /** Reads a name; empty when it is none of ours, or outside the bounds. */
  static Optional<EchoModel> parse(String name) {
    if (name.equals("echo-1")) {
      return Optional.of(PLAIN);
    }
    if (name.length() > MAX_NAME) {
      return Optional.empty();
    }
    EchoModel model = PLAIN;
    for (String part : name.split("\\+", -1)) {
      Optional<EchoModel> more = model.with(part);
      if (more.isEmpty()) {
        return Optional.empty();
      }
      model = more.get();
    }
    return Optional.of(model);
  }

  private Optional<EchoModel> with(String part) {
    if (part.equals("echo-1")) {
      return Optional.of(this);
    }
    Matcher matcher = PART.matcher(part);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    if (matcher.group(1) != null) {
      return withDelay(duration(matcher.group(2)));
    }
    if (matcher.group(6) != null) {
      return withCut(Integer.parseInt(matcher.group(7)));
    }
    int number = Integer.parseInt(matcher.group(4));
    Optional<Duration> time = Optional.ofNullable(matcher.group(5)).map(EchoModel::duration);
    return matcher.group(3).equals("chunks") ? withChunks(number, time) : withError(number, time);
  }

  private Optional<EchoModel> withDelay(Duration time) {
    return when(
        delay.isZero() && time.compareTo(MAX_DELAY) <= 0,
        new EchoModel(time, chunks, gap, error, retryAfter, cut));
  }

  private Optional<EchoModel> withChunks(int number, Optional<Duration> time) {
    Duration apart = time.orElse(Duration.ZERO);
    return when(
        chunks.isEmpty() && isCount(number) && apart.compareTo(MAX_GAP) <= 0,
        new EchoModel(delay, OptionalInt.of(number), apart, error, retryAfter, cut));
  }

  private Optional<EchoModel> withError(int status, Optional<Duration> time) {
    return when(
        error.isEmpty() && status >= 400 && status <= 599,
        new EchoModel(delay, chunks, gap, OptionalInt.of(status), time, cut));
  }

  private Optional<EchoModel> withCut(int number) {
    return when(
        cut.isEmpty() && isCount(number),
        new EchoModel(delay, chunks, gap, error, retryAfter, OptionalInt.of(number)));
  }

  private static boolean isCount(int number) {
    return number >= 1 && number <= MAX_PIECES;
  }

  private static Optional<EchoModel> when(boolean allowed, EchoModel model) {
    return allowed ? Optional.of(model) : Optional.empty();
  }

  private static Duration duration(String text) {
    return text.endsWith("ms")
        ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
        : Duration.ofSeconds(Long.parseLong(text.substring(0, text.length() - 1)));
  }
}
