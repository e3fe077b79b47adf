package bifrost.api.snapshot;

/**
 * What is added to a budget's limit, from one window on.
 *
 * <p>Whether it still holds is a function of the row and the time, so nodes agree on it without
 * messages.
 *
 * @param amountNanos what is added, in billionths of a US dollar; 0 or more
 * @param windows for how many windows; 0 until it is removed
 * @param fromMillis a time in the first of them, in milliseconds since the epoch
 */
public record LimitOverride(long amountNanos, int windows, long fromMillis) {
  /** Refuses a negative amount and a negative number of windows. */
  public LimitOverride {
    if (amountNanos < 0 || windows < 0) {
      throw new IllegalArgumentException(
          "override of %d for %d windows, use 0 or more of each".formatted(amountNanos, windows));
    }
  }
}
