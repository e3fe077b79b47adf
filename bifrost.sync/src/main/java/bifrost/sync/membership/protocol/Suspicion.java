package bifrost.sync.membership.protocol;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** A running suspicion: its timer, and who has confirmed it. */
final class Suspicion {
  private final Scheduler scheduler;
  private final Duration min;
  private final Duration max;
  private final int expected;
  private final long start;
  private final Runnable expired;
  private final Set<String> accusers = new HashSet<>();
  private Scheduler.Timer timer;

  Suspicion(
      Scheduler scheduler,
      Duration min,
      Duration max,
      int expected,
      String accuser,
      Runnable expired) {
    this.scheduler = scheduler;
    this.min = min;
    this.max = max;
    this.expected = expected;
    this.start = scheduler.nanos();
    this.expired = expired;
    accusers.add(accuser);
    arm();
  }

  /** Counts an accuser; tells whether it was news, which is worth spreading. */
  boolean confirm(String accuser) {
    if (accusers.size() - 1 >= expected || !accusers.add(accuser)) {
      return false;
    }
    timer.cancel();
    arm();
    return true;
  }

  void cancel() {
    timer.cancel();
  }

  private void arm() {
    Duration elapsed = Duration.ofNanos(scheduler.nanos() - start);
    Duration left = SuspicionTimeout.left(accusers.size() - 1, expected, elapsed, min, max);
    timer = scheduler.after(left.isNegative() ? Duration.ZERO : left, expired);
  }
}
