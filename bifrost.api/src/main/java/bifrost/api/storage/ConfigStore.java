package bifrost.api.storage;

import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A durable store of configuration: one versioned row for each entity and each tombstone.
 *
 * <p>Implemented by storage bundles as a service; called by the core's boot and by the journal's
 * drain, never by a request. The content of a row is opaque to the store.
 *
 * <p><b>Threads.</b> Safe for any thread; calls block. <b>Errors.</b> {@link StoreException}, which
 * says whether it is worth trying again; messages carry no credential.
 *
 * <p><b>Life cycle.</b> Opening the service must not need the database: it connects when it is
 * first used, and is closed with its component.
 */
@ConsumerType
public interface ConfigStore {
  /** What this is, for people: the kind and the place, without credentials. */
  String description();

  /**
   * Brings the schema of the write endpoint up to date. Safe when several nodes do it at once.
   *
   * @throws StoreException when it cannot
   */
  void migrate();

  /**
   * Reads every row in one repeatable-read transaction.
   *
   * @param endpoint where to read
   * @param rows takes each row, on the calling thread; what it throws ends the load
   * @return how many rows there were
   * @throws StoreException when the endpoint cannot be read, or has no schema yet
   */
  long load(Endpoint endpoint, Consumer<StoredEntity> rows);

  /**
   * Writes rows in one transaction; a row whose version is not newer than the stored one changes
   * nothing. A row without a seed hash keeps the one that is stored, so that an edit does not hide
   * what the configuration file has said.
   *
   * <p>Versions compare as {@link bifrost.api.snapshot.Version} does; node ids are ASCII. An entity
   * stands at most once among the rows.
   *
   * @param rows in any order
   * @return how many were newer
   * @throws StoreException when nothing was written
   */
  int write(List<StoredEntity> rows);

  /** The two ways to a database. */
  enum Endpoint {
    /** Used at boot only; may be a read-only replica. */
    READ,
    /** Takes every write; may be far away. */
    WRITE
  }
}
