package bifrost.api.journal;

import bifrost.api.snapshot.Change;
import java.util.List;
import java.util.Objects;

/**
 * A record that is to reach the database.
 *
 * <p>All but {@link RequestPayload} are accounting: they are never dropped.
 */
public sealed interface JournalRecord
    permits RequestLog,
        RequestPayload,
        AuditEvent,
        JournalRecord.CounterValues,
        JournalRecord.ConfigChange {
  /**
   * A change of configuration.
   *
   * @param change the change
   */
  record ConfigChange(Change change) implements JournalRecord {
    /** Refuses {@code null}. */
    public ConfigChange {
      Objects.requireNonNull(change, "change is null");
    }
  }

  /**
   * What this node's own slots of some counters hold, for example after a request was settled.
   *
   * @param values the slots, 1 to 1,000
   */
  record CounterValues(List<CounterValue> values) implements JournalRecord {
    /** Copies the list; refuses an empty one and one of more than 1,000. */
    public CounterValues {
      values = List.copyOf(values);
      if (values.isEmpty() || values.size() > 1_000) {
        throw new IllegalArgumentException(
            "values has " + values.size() + " entries, use 1 to 1000");
      }
    }
  }
}
