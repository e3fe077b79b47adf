package bifrost.sync.membership.protocol;

import java.time.Duration;

/**
 * How long a suspicion lasts before the suspect is declared dead. It starts at the longest time and
 * falls, logarithmically in the number of members that suspect independently, to the shortest one.
 */
final class SuspicionTimeout {
  private SuspicionTimeout() {}

  /** The shortest suspicion in a cluster of that size. */
  static Duration shortest(double mult, int members, Duration probeInterval) {
    double scale = Math.max(1.0, Math.log10(Math.max(1, members)));
    return Duration.ofNanos((long) (mult * scale * probeInterval.toNanos()));
  }

  /** How many confirmations can be hoped for: nobody but this node and the suspect gives none. */
  static int expected(int wanted, int members) {
    return members - 2 < wanted ? 0 : wanted;
  }

  /** What is left of a suspicion; zero or less when it is over. */
  static Duration left(
      int confirmations, int expected, Duration elapsed, Duration min, Duration max) {
    double fraction = expected < 1 ? 1.0 : Math.log(confirmations + 1.0) / Math.log(expected + 1.0);
    double total = max.toNanos() - fraction * (max.toNanos() - min.toNanos());
    return Duration.ofNanos((long) Math.max(min.toNanos(), total)).minus(elapsed);
  }
}
