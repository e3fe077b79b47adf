package bifrost.sync.membership.protocol;

import java.time.Duration;

/**
 * A node's opinion of its own health: 0 is well. A node that misses answers which others were
 * expected to give, or that is itself accused, first suspects itself and waits longer.
 */
final class Awareness {
  private final int max;
  private volatile int score;

  Awareness(int max) {
    this.max = max;
  }

  void apply(int delta) {
    score = Math.clamp((long) score + delta, 0, max - 1);
  }

  int score() {
    return score;
  }

  Duration scale(Duration time) {
    return time.multipliedBy(score + 1L);
  }
}
