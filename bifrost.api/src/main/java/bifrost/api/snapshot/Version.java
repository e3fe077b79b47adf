package bifrost.api.snapshot;

import java.util.Comparator;
import java.util.Objects;

/**
 * When and by whom a piece of configuration was written: a hybrid logical clock and the writer.
 *
 * <p>Versions of an entity are totally ordered; the greatest wins everywhere, in whatever order
 * they arrive.
 *
 * @param time milliseconds since the epoch in the upper 48 bits, a counter in the lower 16
 * @param node the writer's node id, which decides between equal times
 */
public record Version(long time, String node) implements Comparable<Version> {
  /** Older than anything that was ever written. */
  public static final Version NEVER = new Version(0, "");

  private static final Comparator<Version> ORDER =
      Comparator.comparingLong(Version::time).thenComparing(Version::node);

  /** Refuses a negative time and {@code null}. */
  public Version {
    if (time < 0) {
      throw new IllegalArgumentException("time is " + time + ", use 0 or more");
    }
    Objects.requireNonNull(node, "node is null");
  }

  /** The wall-clock part, in milliseconds since the epoch. */
  public long millis() {
    return time >>> 16;
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
