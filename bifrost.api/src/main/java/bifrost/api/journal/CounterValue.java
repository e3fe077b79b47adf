package bifrost.api.journal;

import java.util.Objects;

/**
 * What a node's slot of a counter holds in one window: an absolute value that only grows, so that
 * loss, duplication and reordering of older values cannot hurt.
 *
 * <p>The slot belongs to the node and epoch that journal it ({@link Writer}).
 *
 * @param counter the counter's id
 * @param windowMillis the start of the window, in milliseconds since the epoch; it names the window
 * @param endMillis the end of the window, exclusive; after it the value may be forgotten
 * @param value the value, in the counter's unit
 */
public record CounterValue(String counter, long windowMillis, long endMillis, long value) {
  /** Refuses a negative value, a window that ends before it starts, and {@code null}. */
  public CounterValue {
    Objects.requireNonNull(counter, "counter is null");
    if (endMillis <= windowMillis) {
      throw new IllegalArgumentException(
          "window of counter '%s' ends at %d and starts at %d"
              .formatted(counter, endMillis, windowMillis));
    }
    if (value < 0) {
      throw new IllegalArgumentException(
          "counter '" + counter + "' has value " + value + ", use 0 or more");
    }
  }
}
