package bifrost.api.journal;

import java.util.Locale;

/** The sequences of records of a journal, in the order in which they are drained. */
public enum JournalStream {
  /** Changes of configuration and who made them: accounting, in the order of their making. */
  CONFIG,
  /** Request logs and counters: accounting. */
  ACCOUNTING,
  /** Bodies of requests and responses: may be shed. */
  PAYLOAD;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The name in stores, file names, metrics and messages, for example {@code accounting}. */
  public String label() {
    return label;
  }
}
