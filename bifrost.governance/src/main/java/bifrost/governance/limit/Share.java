package bifrost.governance.limit;

/**
 * A part of every hard budget, the same for all windows. The parts of all nodes come to one at
 * most, so that no two nodes can spend the same money, whatever they know of each other.
 *
 * @param millionths the part, 0 to {@link #WHOLE}
 */
public record Share(long millionths) {
  /** All of it. */
  public static final long WHOLE = 1_000_000;

  /** What a node has that shares nothing. */
  public static final Share ALL = new Share(WHOLE);

  /** Refuses what is no part. */
  public Share {
    if (millionths < 0 || millionths > WHOLE) {
      throw new IllegalArgumentException("share is %d, use 0 to %d".formatted(millionths, WHOLE));
    }
  }

  /** The part of an amount, rounded down. */
  public long of(long amount) {
    return amount / WHOLE * millionths + amount % WHOLE * millionths / WHOLE;
  }

  /** Whether it is less than all. */
  public boolean partial() {
    return millionths < WHOLE;
  }
}
