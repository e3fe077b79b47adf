package bifrost.runtime.snapshot;

import bifrost.api.snapshot.Version;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A hybrid logical clock: it follows the wall clock, never goes back, and stays ahead of every
 * version that it has seen, unless that lies too far in the future. Safe for any thread.
 */
public final class HybridClock {
  /** How far ahead of the wall clock a foreign version may be. */
  public static final Duration MAX_DRIFT = Duration.ofMinutes(1);

  private static final int COUNTER_BITS = 16;

  private final String node;
  private final InstantSource wall;
  private final AtomicLong last = new AtomicLong();

  /**
   * A clock of one node.
   *
   * @param node its id
   * @param wall the wall clock
   */
  public HybridClock(String node, InstantSource wall) {
    this.node = node;
    this.wall = wall;
  }

  /** A version that is after all that this clock has made or seen, and after the given one. */
  public Version after(Version other) {
    long now = wall.millis() << COUNTER_BITS;
    long time = last.updateAndGet(before -> Math.max(now, before + 1));
    if (other.time() < time) {
      return new Version(time, node);
    }
    // A row from the far future is overtaken without taking the clock along.
    return new Version(other.time() + 1, node);
  }

  /**
   * Notes a foreign version, so that later ones of this node come after it.
   *
   * @return false when it is too far in the future to be believed; the clock then ignores it
   */
  public boolean observe(Version other) {
    if (other.millis() > wall.millis() + MAX_DRIFT.toMillis()) {
      return false;
    }
    last.accumulateAndGet(other.time(), Math::max);
    return true;
  }
}
