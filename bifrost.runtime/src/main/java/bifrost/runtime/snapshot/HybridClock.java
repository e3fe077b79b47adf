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

  /**
   * The version of an edit of what has the given one: after that, and after all that this clock has
   * made or seen. What is deleted is written anew, in the next generation.
   *
   * @throws IllegalStateException when there is none left, see {@link #isUsedUp}
   */
  public Version edit(Version known) {
    int generation = known.isTombstone() ? known.generation() + 1 : known.generation();
    return next(generation, false, known);
  }

  /**
   * The version of a deletion of what has the given one: it wins over every edit of its generation.
   *
   * @throws IllegalStateException when there is none left, see {@link #isUsedUp}
   */
  public Version delete(Version known) {
    return next(known.generation(), true, known);
  }

  /**
   * Whether what has this version cannot be written again: it is deleted for the last time, or its
   * clock stands at the end of time.
   */
  public static boolean isUsedUp(Version known) {
    return known.clock() == Version.MAX_CLOCK
        || (known.isTombstone() && known.generation() == Version.MAX_GENERATION);
  }

  private Version next(int generation, boolean tombstone, Version known) {
    if (isUsedUp(known)) {
      throw new IllegalStateException("no version is left after " + known);
    }
    long now = wall.millis() << Version.COUNTER_BITS;
    long time = last.updateAndGet(before -> Math.max(now, before + 1));
    boolean ordered =
        generation > known.generation() || tombstone != known.isTombstone() || time > known.clock();
    // A row from the far future is overtaken without taking the clock along.
    return Version.of(generation, tombstone, ordered ? time : known.clock() + 1, node);
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
    last.accumulateAndGet(other.clock(), Math::max);
    return true;
  }
}
