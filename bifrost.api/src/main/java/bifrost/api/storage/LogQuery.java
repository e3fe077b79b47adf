package bifrost.api.storage;

import java.util.Objects;
import java.util.Optional;

/**
 * A question for a page of request logs.
 *
 * @param filter which logs
 * @param after the last one of the page before; absent for the first page
 * @param limit the most logs, 1 to {@link #MOST_LOGS}
 */
public record LogQuery(LogFilter filter, Optional<Cursor> after, int limit) {
  /** The longest page. */
  public static final int MOST_LOGS = 1_000;

  /** Refuses {@code null} and other limits. */
  public LogQuery {
    Objects.requireNonNull(filter, "filter is null");
    Objects.requireNonNull(after, "after is null");
    if (limit < 1 || limit > MOST_LOGS) {
      throw new IllegalArgumentException("limit is %d, use 1 to %d".formatted(limit, MOST_LOGS));
    }
  }

  /**
   * The place of a log among all, from the newest to the oldest: it stays where it is when others
   * come and go.
   *
   * @param startMillis when the request came in, in milliseconds since the epoch
   * @param node the node that served it
   * @param epoch that node's epoch
   * @param seq its number in that node's journal
   */
  public record Cursor(long startMillis, String node, long epoch, long seq) {
    /** Refuses {@code null}. */
    public Cursor {
      Objects.requireNonNull(node, "node is null");
    }
  }
}
