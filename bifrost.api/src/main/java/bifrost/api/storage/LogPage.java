package bifrost.api.storage;

import bifrost.api.journal.RequestLog;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A page of request logs, the newest first.
 *
 * @param entries the logs
 * @param next where the next page begins after; absent when this is the last one
 */
public record LogPage(List<Entry> entries, Optional<LogQuery.Cursor> next) {
  /** Copies the list; refuses {@code null}. */
  public LogPage {
    entries = List.copyOf(entries);
    Objects.requireNonNull(next, "next is null");
  }

  /**
   * A request log.
   *
   * @param place its place among all
   * @param log what was recorded
   */
  public record Entry(LogQuery.Cursor place, RequestLog log) {
    /** Refuses {@code null}. */
    public Entry {
      Objects.requireNonNull(place, "place is null");
      Objects.requireNonNull(log, "log is null");
    }
  }
}
