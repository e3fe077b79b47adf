package bifrost.api.ledger;

import java.util.Objects;

/**
 * What one writer has added to one counter in one window: an absolute value that only grows.
 *
 * @param counter the counter's id, 1 to 200 characters
 * @param windowMillis the start of the window, in milliseconds since the epoch; it names the window
 * @param endMillis the end of the window, exclusive; it says when the slot may be forgotten
 * @param node the writer's node id, 1 to 128 characters
 * @param epoch which of the node's lives, 1 or more
 * @param value the value, in the counter's unit, 0 to {@link #MAX_VALUE}
 */
public record Slot(
    String counter, long windowMillis, long endMillis, String node, long epoch, long value) {
  /** The greatest value of a slot: some 2 billion dollars in billionths. */
  public static final long MAX_VALUE = 1L << 61;

  /** Refuses {@code null} and what is out of range. */
  public Slot {
    Objects.requireNonNull(counter, "counter is null");
    Objects.requireNonNull(node, "node is null");
    requireLength("counter", counter, 200);
    requireLength("node", node, 128);
    if (endMillis <= windowMillis) {
      throw new IllegalArgumentException(
          "window of counter '%s' ends at %d and starts at %d"
              .formatted(counter, endMillis, windowMillis));
    }
    if (epoch < 1) {
      throw new IllegalArgumentException("epoch is " + epoch + ", use 1 or more");
    }
    if (value < 0 || value > MAX_VALUE) {
      throw new IllegalArgumentException(
          "value of counter '%s' is %d, use 0 to %d".formatted(counter, value, MAX_VALUE));
    }
  }

  private static void requireLength(String name, String text, int most) {
    if (text.isEmpty() || text.length() > most) {
      throw new IllegalArgumentException(
          "%s has %d characters, use 1 to %d".formatted(name, text.length(), most));
    }
  }
}
