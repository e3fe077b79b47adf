package bifrost.governance.window;

/**
 * One window of a budget or rate limit.
 *
 * @param startMillis its start, in milliseconds since the epoch
 * @param endMillis its end, exclusive
 */
public record Period(long startMillis, long endMillis) {
  /** Whether a time lies in it. */
  public boolean contains(long millis) {
    return millis >= startMillis && millis < endMillis;
  }
}
