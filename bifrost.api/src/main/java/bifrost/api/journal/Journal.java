package bifrost.api.journal;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Where everything that must reach the database is put down first.
 *
 * <p>Implemented by the core as a service; governance, management and the request path append to
 * it. Safe for any thread. Appending never waits for the database, and never throws because the
 * database is away or the disk is full: {@link #state} says what such a node does with requests.
 *
 * <pre>{@code
 * if (journal.state().refusesMetered()) {
 *   return overloaded("this node cannot write its journal");
 * }
 * ...
 * journal.append(log);
 * }</pre>
 */
@ProviderType
public interface Journal {
  /**
   * Puts a record down.
   *
   * <p>It waits for the write to the page cache, and for the disk where the node is configured with
   * {@code durability=power}; a disk that hangs holds nobody for longer than a second.
   *
   * @param record the record
   * @return what became of it
   */
  Appended append(JournalRecord record);

  /** How well the journal can keep what it is given; one volatile read. */
  JournalState state();

  /** What became of a record. */
  enum Appended {
    /** It is as durable as configured: a kill of the process does not lose it. */
    KEPT,
    /** The disk does not take it now; it is in memory, and is written as soon as the disk does. */
    PENDING,
    /** It was dropped and counted. Happens to payloads only. */
    SHED
  }
}
