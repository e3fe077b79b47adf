package bifrost.storage;

import bifrost.api.journal.JournalStream;
import bifrost.api.journal.Writer;
import bifrost.api.ledger.Slot;
import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.CounterStore;
import bifrost.api.storage.JournalBatch;
import bifrost.api.storage.JournalStore;
import bifrost.api.storage.LogFilter;
import bifrost.api.storage.LogPage;
import bifrost.api.storage.LogQuery;
import bifrost.api.storage.LogStats;
import bifrost.api.storage.LogStore;
import bifrost.api.storage.StoreException;
import bifrost.api.storage.StoredEntity;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.jdbc.DataSourceFactory;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Configuration, counters and what the journal drains, in a database, over JDBC.
 *
 * <p>Starts when it is configured and the database's driver is there: the configuration's {@code
 * factory.target} names the driver, H2's unless told otherwise. Connects when it is first used.
 */
@Component(
    service = {ConfigStore.class, CounterStore.class, JournalStore.class, LogStore.class},
    immediate = true,
    configurationPid = StorageConfig.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = StorageConfig.class)
public final class JdbcStore implements ConfigStore, CounterStore, JournalStore, LogStore {
  private static final int ATTEMPTS = 5;

  /** People wait no longer, and the connection is wanted by others. */
  private static final Duration LONGEST_QUESTION = Duration.ofSeconds(10);

  private final StorageSettings settings;
  private final Dialect dialect;
  private final EntityTable entities;
  private final Schema schema;
  private final JournalTables journal;
  private final Pools pools;
  private final LogReader logs = new LogReader(LONGEST_QUESTION);

  /** The pool of two connections that a migration needs must not be emptied by another one. */
  private final ReentrantLock migrating = new ReentrantLock();

  /** Opens the pools; the database may be away. */
  @Activate
  public JdbcStore(
      StorageConfig config,
      @Reference(name = "factory", target = "(osgi.jdbc.driver.class=org.h2.Driver)")
          DataSourceFactory drivers)
      throws SQLException {
    this(StorageSettings.from(config), drivers);
  }

  JdbcStore(StorageSettings settings, DataSourceFactory drivers) throws SQLException {
    this.settings = settings;
    this.dialect = Dialect.of(settings.write().url());
    this.entities = new EntityTable(dialect);
    this.schema = new Schema(dialect);
    this.journal = new JournalTables(dialect, entities);
    this.pools = new Pools(settings, dialect, drivers);
  }

  @Deactivate
  void close() {
    pools.close();
  }

  @Override
  public String description() {
    return settings.oneEndpoint()
        ? settings.write().shown()
        : settings.read().shown() + " (read), " + settings.write().shown() + " (write)";
  }

  @Override
  public void migrate() {
    migrating.lock();
    try {
      schema.migrate(pools.write());
    } catch (SQLException e) {
      throw failed("migrating the schema", e);
    } finally {
      migrating.unlock();
    }
  }

  @Override
  public int mostRowsPerSecond() {
    return dialect.mostRowsPerSecond();
  }

  @Override
  public long load(Endpoint endpoint, Consumer<StoredEntity> rows) {
    return readAll(
        endpoint, "reading the configuration", connection -> entities.read(connection, rows));
  }

  @Override
  public long loadSlots(Endpoint endpoint, long nowMillis, Consumer<Slot> slots) {
    return readAll(
        endpoint,
        "reading the counters",
        connection -> CounterTable.read(connection, nowMillis, slots));
  }

  @Override
  public LogPage logs(Endpoint endpoint, LogQuery query) {
    return readAll(endpoint, "reading request logs", connection -> logs.page(connection, query));
  }

  @Override
  public Optional<LogPage.Entry> log(Endpoint endpoint, String id) {
    return readAll(endpoint, "reading a request log", connection -> logs.one(connection, id));
  }

  @Override
  public LogStats stats(Endpoint endpoint, LogFilter filter) {
    return readAll(endpoint, "summing request logs", connection -> logs.stats(connection, filter));
  }

  @Override
  public int write(List<StoredEntity> rows) {
    if (rows.isEmpty()) {
      return 0;
    }
    try {
      return transaction(connection -> entities.write(connection, rows));
    } catch (SQLException e) {
      throw failed("writing configuration", e);
    }
  }

  @Override
  public long watermark(Writer writer, JournalStream stream) {
    try {
      return transaction(connection -> journal.watermark(connection, writer, stream));
    } catch (SQLException e) {
      throw failed("reading the watermark", e);
    }
  }

  @Override
  public long write(JournalBatch batch) {
    try {
      return transaction(connection -> journal.write(connection, batch));
    } catch (SQLException e) {
      if (Failures.isDataError(e)) {
        throw Failures.rejected(settings.write().shown(), e);
      }
      throw failed("writing the journal", e);
    }
  }

  @Override
  public int deleteLogs(Instant before, int limit) {
    try {
      return transaction(connection -> journal.deleteBefore(connection, before, limit));
    } catch (SQLException e) {
      throw failed("deleting old logs", e);
    }
  }

  private interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  private <T> T readAll(Endpoint endpoint, String doing, Work<T> work) {
    boolean replica = endpoint == Endpoint.READ;
    String place = (replica ? settings.read() : settings.write()).shown();
    try (Connection connection = (replica ? pools.read() : pools.write()).getConnection()) {
      dialect.beginSnapshot(connection);
      try {
        requireSchema(connection, place);
        return work.run(connection);
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw Failures.of(doing, place, e);
    }
  }

  /** Runs a transaction; again when it met another one. */
  private <T> T transaction(Work<T> work) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try (Connection connection = pools.write().getConnection()) {
        connection.setAutoCommit(false);
        try {
          T result = work.run(connection);
          connection.commit();
          return result;
        } catch (SQLException | RuntimeException e) {
          rollBack(connection, e);
          throw e;
        }
      } catch (SQLException e) {
        if (attempt == ATTEMPTS || !dialect.isConflict(e)) {
          throw e;
        }
      }
    }
  }

  private static void rollBack(Connection connection, Exception cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  private StoreException failed(String doing, SQLException e) {
    if (Failures.isReadOnlyServer(e)) {
      pools.leaveServer();
    }
    return Failures.of(doing, settings.write().shown(), e);
  }

  private void requireSchema(Connection connection, String place) throws SQLException {
    int version = schema.version(connection);
    if (version < schema.needed()) {
      throw new StoreException(
          version == 0
              ? place + " has no schema yet"
              : "%s has schema version %d, this release needs %d: it has to be migrated first"
                  .formatted(place, version, schema.needed()),
          false,
          null);
    }
  }
}
