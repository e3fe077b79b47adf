package bifrost.runtime.journal.drain;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after a failure: up to twice as long each time, anything below with equal
 * chance.
 */
final class Backoff {
  private final Duration floor;
  private final Duration ceiling;
  private final RandomGenerator random;
  private int failures;

  Backoff(Duration floor, Duration ceiling, RandomGenerator random) {
    this.floor = floor;
    this.ceiling = ceiling;
    this.random = random;
  }

  Duration next() {
    long bound = floor.toMillis() << Math.min(failures, 20);
    failures++;
    return Duration.ofMillis(1 + random.nextLong(Math.min(bound, ceiling.toMillis())));
  }

  void reset() {
    failures = 0;
  }
}
