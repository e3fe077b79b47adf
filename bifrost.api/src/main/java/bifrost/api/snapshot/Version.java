package bifrost.api.snapshot;

import java.util.Comparator;
import java.util.Objects;

/**
 * When and by whom a piece of configuration was written, and what it wins over.
 *
 * <p>Versions of an entity are totally ordered; the greatest wins everywhere, in whatever order
 * they arrive. What counts is, in this order:
 *
 * <ol>
 *   <li>the generation: 0 for an id that was never deleted; who writes a deleted id anew, knowing
 *       of the deletion, gives it the next one;
 *   <li>the tombstone mark: within a generation a deletion wins over every edit, also over later
 *       ones and those of clocks that are ahead;
 *   <li>the hybrid logical clock of the writer;
 *   <li>the writer.
 * </ol>
 *
 * @param time all of it but the writer, in 63 bits: 12 of generation, 1 of tombstone mark, 42 of
 *     milliseconds since the epoch, 8 of a counter
 * @param node the writer's node id, which decides between equal times
 */
public record Version(long time, String node) implements Comparable<Version> {
  /** Older than anything that was ever written. */
  public static final Version NEVER = new Version(0, "");

  /** The last generation: an id that is deleted in it cannot be written anew. */
  public static final int MAX_GENERATION = 4_095;

  /** The greatest {@link #clock}. */
  public static final long MAX_CLOCK = (1L << 50) - 1;

  /** How many bits of {@link #clock} are its counter. */
  public static final int COUNTER_BITS = 8;

  private static final int CLOCK_BITS = 50;
  private static final long TOMBSTONE = 1L << CLOCK_BITS;

  private static final Comparator<Version> ORDER =
      Comparator.comparingLong(Version::time).thenComparing(Version::node);

  /** Refuses a negative time and {@code null}. */
  public Version {
    if (time < 0) {
      throw new IllegalArgumentException("time is " + time + ", use 0 or more");
    }
    Objects.requireNonNull(node, "node is null");
  }

  /**
   * A version of its parts.
   *
   * @param generation 0 to {@link #MAX_GENERATION}
   * @param tombstone whether it is that of a deletion
   * @param clock milliseconds and counter, 0 to {@link #MAX_CLOCK}
   * @param node the writer's node id
   */
  public static Version of(int generation, boolean tombstone, long clock, String node) {
    if (generation < 0 || generation > MAX_GENERATION) {
      throw new IllegalArgumentException(
          "generation is %d, use 0 to %d".formatted(generation, MAX_GENERATION));
    }
    if (clock < 0 || clock > MAX_CLOCK) {
      throw new IllegalArgumentException("clock is %d, use 0 to %d".formatted(clock, MAX_CLOCK));
    }
    long time = (long) generation << (CLOCK_BITS + 1) | (tombstone ? TOMBSTONE : 0) | clock;
    return new Version(time, node);
  }

  /** How often the id had been deleted and written anew. */
  public int generation() {
    return (int) (time >>> (CLOCK_BITS + 1));
  }

  /** Whether it is that of a deletion. */
  public boolean isTombstone() {
    return (time & TOMBSTONE) != 0;
  }

  /**
   * The hybrid logical clock: milliseconds since the epoch, and {@link #COUNTER_BITS} of counter.
   */
  public long clock() {
    return time & MAX_CLOCK;
  }

  /** The wall-clock part, in milliseconds since the epoch. */
  public long millis() {
    return clock() >>> COUNTER_BITS;
  }

  /** Whether this one wins over the other. */
  public boolean isAfter(Version other) {
    return compareTo(other) > 0;
  }

  @Override
  public int compareTo(Version other) {
    return ORDER.compare(this, other);
  }
}
