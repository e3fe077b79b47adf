package bifrost.storage;

import bifrost.api.model.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;
import javax.sql.ConnectionPoolDataSource;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.osgi.service.jdbc.DataSourceFactory;
import org.postgresql.ds.PGSimpleDataSource;

/** Stores that a test has open. */
final class TestStores {
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(30);

  private final Function<Properties, DataSource> driver;
  private final List<JdbcStore> opened = new ArrayList<>();

  private TestStores(Function<Properties, DataSource> driver) {
    this.driver = driver;
  }

  static TestStores h2() {
    return new TestStores(
        properties -> {
          JdbcDataSource source = new JdbcDataSource();
          source.setURL(properties.getProperty(DataSourceFactory.JDBC_URL));
          source.setUser(properties.getProperty(DataSourceFactory.JDBC_USER, ""));
          source.setPassword(properties.getProperty(DataSourceFactory.JDBC_PASSWORD, ""));
          return source;
        });
  }

  static TestStores postgres() {
    return new TestStores(
        properties -> {
          PGSimpleDataSource source = new PGSimpleDataSource();
          source.setUrl(properties.getProperty(DataSourceFactory.JDBC_URL));
          source.setUser(properties.getProperty(DataSourceFactory.JDBC_USER));
          source.setPassword(properties.getProperty(DataSourceFactory.JDBC_PASSWORD));
          return source;
        });
  }

  /** An H2 database in a folder of the test. */
  static StorageSettings.Endpoint h2Endpoint(Path directory, String path) {
    return endpoint(
        "jdbc:h2:file:"
            + directory.resolve(path)
            + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0;TRACE_LEVEL_FILE=0",
        "bifrost");
  }

  /** A store whose database cannot be made: H2 cannot create one below a file. */
  JdbcStore openUnreachableH2(Path directory) throws Exception {
    Files.writeString(directory.resolve("file"), "no directory");
    StorageSettings.Endpoint away = h2Endpoint(directory, "file/store");
    return open(away, away, Duration.ofMillis(500));
  }

  /** A store at a port where nobody listens. */
  JdbcStore openUnreachablePostgres() throws Exception {
    StorageSettings.Endpoint away = endpoint("jdbc:postgresql://127.0.0.1:1/bifrost", "bifrost");
    return open(away, away, Duration.ofMillis(500));
  }

  static StorageSettings.Endpoint endpoint(String url, String user) {
    return new StorageSettings.Endpoint(url, user, Secret.of("secret"), "");
  }

  JdbcStore open(StorageSettings.Endpoint endpoint) throws SQLException {
    return open(endpoint, endpoint, Duration.ofSeconds(20));
  }

  JdbcStore open(
      StorageSettings.Endpoint write, StorageSettings.Endpoint read, Duration connectTimeout)
      throws SQLException {
    return open(new StorageSettings(write, read, 4, connectTimeout, SOCKET_TIMEOUT));
  }

  JdbcStore open(StorageSettings settings) throws SQLException {
    JdbcStore store = new JdbcStore(settings, new Drivers());
    opened.add(store);
    return store;
  }

  long count(StorageSettings.Endpoint endpoint, String table) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty(DataSourceFactory.JDBC_URL, endpoint.url());
    properties.setProperty(DataSourceFactory.JDBC_USER, endpoint.user());
    properties.setProperty(DataSourceFactory.JDBC_PASSWORD, endpoint.password().reveal());
    try (Connection connection = driver.apply(properties).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
      row.next();
      return row.getLong(1);
    }
  }

  void closeAll() {
    opened.forEach(JdbcStore::close);
    opened.clear();
  }

  /** What the driver's bundle registers as a service. */
  private final class Drivers implements DataSourceFactory {
    @Override
    public DataSource createDataSource(Properties properties) {
      return driver.apply(properties);
    }

    @Override
    public ConnectionPoolDataSource createConnectionPoolDataSource(Properties properties) {
      throw new UnsupportedOperationException();
    }

    @Override
    public XADataSource createXADataSource(Properties properties) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Driver createDriver(Properties properties) {
      throw new UnsupportedOperationException();
    }
  }
}
