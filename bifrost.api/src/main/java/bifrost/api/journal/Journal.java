package bifrost.api.journal;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Where everything that must reach the database is put down first.
 *
 * <p>Implemented by the core; governance, management and the request path append to it. Safe for
 * any thread. Appending never waits for the database and never fails because it is away.
 */
@ProviderType
public interface Journal {
  /**
   * Puts a record down. When it returns, a kill of the process does not lose an accounting record;
   * a payload log may be shed under pressure, which is counted.
   *
   * @param record the record
   */
  void append(JournalRecord record);
}
