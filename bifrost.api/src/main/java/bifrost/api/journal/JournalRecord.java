package bifrost.api.journal;

import bifrost.api.snapshot.Change;
import java.util.Objects;

/** A record that is to reach the database. */
public sealed interface JournalRecord permits RequestLog, JournalRecord.ConfigChange {
  /**
   * A change of configuration. It belongs to accounting: never dropped.
   *
   * @param change the change
   */
  record ConfigChange(Change change) implements JournalRecord {
    /** Refuses {@code null}. */
    public ConfigChange {
      Objects.requireNonNull(change, "change is null");
    }
  }
}
