package bifrost.api.journal;

import java.util.Objects;

/**
 * What a node's slot of a counter holds in one window: an absolute value that only grows, so that
 * loss, duplication and reordering of older values cannot hurt.
 *
 * <p>The slot belongs to the node and epoch that journal it ({@link Writer}).
 *
 * @param counter the counter's id
 * @param windowMillis the start of the window, in milliseconds since the epoch
 * @param value the value, in the counter's unit
 */
public record CounterValue(String counter, long windowMillis, long value) {
  /** Refuses a negative value and {@code null}. */
  public CounterValue {
    Objects.requireNonNull(counter, "counter is null");
    if (value < 0) {
      throw new IllegalArgumentException(
          "counter '" + counter + "' has value " + value + ", use 0 or more");
    }
  }
}
