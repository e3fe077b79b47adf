package bifrost.api.provider;

import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * The moment by which a request has to be over, on a monotonic clock.
 *
 * <p>Made by the core, one per request; every wait takes what remains of it. Immutable.
 */
public final class Deadline {
  private final long atNanos;
  private final LongSupplier nanoTime;

  private Deadline(long atNanos, LongSupplier nanoTime) {
    this.atNanos = atNanos;
    this.nanoTime = nanoTime;
  }

  /**
   * A deadline that lies so far ahead.
   *
   * @param time how far
   * @param nanoTime the monotonic clock, as {@code System::nanoTime}
   */
  public static Deadline in(Duration time, LongSupplier nanoTime) {
    Objects.requireNonNull(nanoTime, "nanoTime is null");
    return new Deadline(nanoTime.getAsLong() + time.toNanos(), nanoTime);
  }

  /** What remains; zero once it has passed. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, atNanos - nanoTime.getAsLong()));
  }

  /** Whether it has passed. */
  public boolean passed() {
    return atNanos - nanoTime.getAsLong() <= 0;
  }

  /** What remains, but at most the given time. */
  public Duration atMost(Duration limit) {
    Duration remaining = remaining();
    return remaining.compareTo(limit) < 0 ? remaining : limit;
  }
}
