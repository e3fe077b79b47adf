package bifrost.storage;

import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.StoreException;
import bifrost.api.storage.StoredEntity;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.jdbc.DataSourceFactory;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Configuration in a database, over JDBC.
 *
 * <p>Starts when it is configured and the database's driver is there: the configuration's {@code
 * factory.target} names the driver, H2's unless told otherwise. Connects when it is first used.
 */
@Component(
    service = ConfigStore.class,
    immediate = true,
    configurationPid = StorageConfig.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = StorageConfig.class)
public final class JdbcConfigStore implements ConfigStore {
  private static final int ATTEMPTS = 5;

  private final StorageSettings settings;
  private final Dialect dialect;
  private final EntityTable entities;
  private final Schema schema;
  private final HikariDataSource write;
  private final HikariDataSource read;

  /** The pool of two connections that a migration needs must not be emptied by another one. */
  private final ReentrantLock migrating = new ReentrantLock();

  /** Opens the pools; the database may be away. */
  @Activate
  public JdbcConfigStore(
      StorageConfig config,
      @Reference(name = "factory", target = "(osgi.jdbc.driver.class=org.h2.Driver)")
          DataSourceFactory drivers)
      throws SQLException {
    this(StorageSettings.from(config), drivers);
  }

  JdbcConfigStore(StorageSettings settings, DataSourceFactory drivers) throws SQLException {
    this.settings = settings;
    this.dialect = Dialect.of(settings.write().url());
    this.entities = new EntityTable(dialect);
    this.schema = new Schema(dialect);
    this.write = pool("write", settings.write(), settings.maxConnections(), drivers);
    this.read = settings.oneEndpoint() ? write : pool("read", settings.read(), 1, drivers);
  }

  @Deactivate
  void close() {
    read.close();
    write.close();
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
      schema.migrate(write);
    } catch (SQLException e) {
      throw Failures.of("migrating the schema", settings.write().shown(), e);
    } finally {
      migrating.unlock();
    }
  }

  @Override
  public long load(Endpoint endpoint, Consumer<StoredEntity> rows) {
    DataSource source = endpoint == Endpoint.READ ? read : write;
    String place = (endpoint == Endpoint.READ ? settings.read() : settings.write()).shown();
    try (Connection connection = source.getConnection()) {
      dialect.beginSnapshot(connection);
      try {
        requireSchema(connection, place);
        return entities.read(connection, rows);
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw Failures.of("reading the configuration", place, e);
    }
  }

  @Override
  public int write(List<StoredEntity> rows) {
    if (rows.isEmpty()) {
      return 0;
    }
    SQLException last = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        return writeOnce(rows);
      } catch (SQLException e) {
        last = e;
        if (!dialect.isConflict(e)) {
          break;
        }
      }
    }
    throw Failures.of("writing configuration", settings.write().shown(), last);
  }

  private int writeOnce(List<StoredEntity> rows) throws SQLException {
    try (Connection connection = write.getConnection()) {
      connection.setAutoCommit(false);
      try {
        int newer = entities.write(connection, rows);
        connection.commit();
        return newer;
      } catch (SQLException e) {
        connection.rollback();
        throw e;
      }
    }
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

  private HikariDataSource pool(
      String name, StorageSettings.Endpoint endpoint, int connections, DataSourceFactory drivers)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty(DataSourceFactory.JDBC_URL, endpoint.url());
    if (!endpoint.user().isEmpty()) {
      properties.setProperty(DataSourceFactory.JDBC_USER, endpoint.user());
      properties.setProperty(DataSourceFactory.JDBC_PASSWORD, endpoint.password().reveal());
    }
    HikariConfig config = new HikariConfig();
    config.setPoolName("bifrost-" + name);
    config.setDataSource(drivers.createDataSource(properties));
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(0);
    config.setIdleTimeout(Duration.ofMinutes(2).toMillis());
    config.setConnectionTimeout(settings.connectTimeout().toMillis());
    config.setInitializationFailTimeout(-1);
    config.setRegisterMbeans(false);
    return new HikariDataSource(config);
  }
}
