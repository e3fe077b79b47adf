package bifrost.api.journal;

import java.util.Objects;

/**
 * Who writes records: a node in one of its lives. Never reused.
 *
 * @param node the node's id
 * @param epoch how often it was started, 1 for the first time
 */
public record Writer(String node, long epoch) {
  /** Refuses an empty or overlong node id and an epoch below 1. */
  public Writer {
    Objects.requireNonNull(node, "node is null");
    if (node.isEmpty() || node.length() > 128) {
      throw new IllegalArgumentException(
          "node id has " + node.length() + " characters, use 1 to 128");
    }
    if (epoch < 1) {
      throw new IllegalArgumentException("epoch is " + epoch + ", use 1 or more");
    }
  }

  /** As in messages: {@code node/epoch}. */
  @Override
  public String toString() {
    return node + "/" + epoch;
  }
}
