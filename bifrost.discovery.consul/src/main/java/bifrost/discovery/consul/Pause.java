package bifrost.discovery.consul;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait after failures: doubling from a second, at most half a minute, by chance. */
final class Pause {
  private static final long FIRST_MILLIS = 1_000;
  private static final long MOST_MILLIS = 30_000;
  private static final int MOST_DOUBLINGS = 5;

  private Pause() {}

  /** The pause after so many failures in a row, at least one. */
  static Duration after(int failures) {
    long longest =
        Math.min(MOST_MILLIS, FIRST_MILLIS << Math.clamp(failures - 1L, 0, MOST_DOUBLINGS));
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest / 2, longest));
  }
}
