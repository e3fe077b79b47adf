package bifrost.runtime.journal.drain;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Caps the rows per second. After an outage it starts at an eighth of the cap and doubles every two
 * seconds, so that a database that has just come back is not met by everything at once.
 */
final class Pace {
  private static final long RAMP_NANOS = 2_000_000_000L;
  private static final int RAMP_STEPS = 3;

  private final int rowsPerSecond;
  private final LongSupplier nanoTime;
  private long nextFree;
  private long rampStart;
  private boolean ramping;

  Pace(int rowsPerSecond, LongSupplier nanoTime) {
    this.rowsPerSecond = rowsPerSecond;
    this.nanoTime = nanoTime;
    this.nextFree = nanoTime.getAsLong();
  }

  /** An outage has ended. */
  void restart() {
    ramping = true;
    rampStart = nanoTime.getAsLong();
    nextFree = rampStart;
  }

  /**
   * How long to wait now that so many rows were written.
   *
   * @param most what the store takes in a second at most
   */
  Duration after(int rows, int most) {
    long now = nanoTime.getAsLong();
    nextFree =
        Math.max(nextFree, now - 100_000_000L) + rows * 1_000_000_000L / Math.min(most, rate(now));
    return Duration.ofNanos(Math.max(0, nextFree - now));
  }

  private long rate(long now) {
    if (ramping) {
      long steps = (now - rampStart) / RAMP_NANOS;
      if (steps < RAMP_STEPS) {
        return Math.max(1, (long) rowsPerSecond >> RAMP_STEPS - steps);
      }
      ramping = false;
    }
    return rowsPerSecond;
  }
}
