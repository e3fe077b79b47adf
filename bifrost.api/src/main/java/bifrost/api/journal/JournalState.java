package bifrost.api.journal;

import java.util.Locale;

/**
 * How well a node's journal can keep what it is given, from best to worst. New constants may be
 * added in a minor version: ask {@link #refusesMetered} rather than compare.
 */
public enum JournalState {
  /** Everything is kept in detail. */
  NORMAL,
  /** Payloads are shed; accounting is kept in detail. */
  SHEDDING,
  /** Payloads may be shed; older request logs are kept as totals, counters in full. */
  FOLDING,
  /** The disk takes nothing: requests are served, their accounting waits in memory. */
  UNMETERED,
  /** The disk takes nothing: metered requests are to be refused. */
  REFUSING;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The name in metrics and messages, for example {@code normal}. */
  public String label() {
    return label;
  }

  /** Whether a request that has to be accounted must be refused with 503. */
  public boolean refusesMetered() {
    return this == REFUSING;
  }
}
