package bifrost.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.osgi.service.jdbc.DataSourceFactory;

/** The connections to the two endpoints; made without the database. */
final class Pools implements AutoCloseable {
  private final HikariDataSource write;
  private final HikariDataSource read;

  Pools(StorageSettings settings, Dialect dialect, DataSourceFactory drivers) throws SQLException {
    this.write =
        pool("write", settings.write(), settings.maxConnections(), settings, dialect, drivers);
    this.read =
        settings.oneEndpoint()
            ? write
            : pool("read", settings.read(), 2, settings, dialect, drivers);
  }

  HikariDataSource write() {
    return write;
  }

  HikariDataSource read() {
    return read;
  }

  /** The server at the other end of the connections no longer takes writes: look for another. */
  void leaveServer() {
    write.getHikariPoolMXBean().softEvictConnections();
  }

  @Override
  public void close() {
    read.close();
    write.close();
  }

  private static HikariDataSource pool(
      String name,
      StorageSettings.Endpoint endpoint,
      int connections,
      StorageSettings settings,
      Dialect dialect,
      DataSourceFactory drivers)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty(DataSourceFactory.JDBC_URL, dialect.tuned(endpoint.url(), settings));
    if (!endpoint.user().isEmpty()) {
      properties.setProperty(DataSourceFactory.JDBC_USER, endpoint.user());
      properties.setProperty(DataSourceFactory.JDBC_PASSWORD, endpoint.password().reveal());
    }
    HikariConfig config = new HikariConfig();
    config.setPoolName("bifrost-" + name);
    config.setDataSource(
        endpoint.passwordCommand().isEmpty()
            ? drivers.createDataSource(properties)
            : new CommandDataSource(
                drivers.createDataSource(properties),
                endpoint.user(),
                new PasswordCommand(endpoint.passwordCommand())));
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(0);
    config.setIdleTimeout(Duration.ofMinutes(2).toMillis());
    config.setConnectionTimeout(settings.connectTimeout().toMillis());
    config.setInitializationFailTimeout(-1);
    config.setRegisterMbeans(false);
    return new HikariDataSource(config);
  }
}
