package bifrost.storage;

import bifrost.api.model.Secret;
import bifrost.api.storage.ConfigStore;
import bifrost.tck.storage.ConfigStoreKit;
import java.nio.file.Path;
import java.sql.Driver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.sql.ConnectionPoolDataSource;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.jdbc.DataSourceFactory;

class H2ConfigStoreContractTest extends ConfigStoreKit {
  @TempDir private Path directory;

  private final List<JdbcConfigStore> opened = new ArrayList<>();

  @Override
  protected ConfigStore open() throws Exception {
    return open(directory.resolve("store").toString());
  }

  @Override
  protected ConfigStore openAnother() throws Exception {
    return open();
  }

  /** H2 cannot create a database below a file. */
  @Override
  protected Optional<ConfigStore> openUnreachable() throws Exception {
    Path file = java.nio.file.Files.writeString(directory.resolve("file"), "no directory");
    return Optional.of(open(file.resolve("store").toString()));
  }

  @Override
  protected void closeAll() {
    opened.forEach(JdbcConfigStore::close);
  }

  private ConfigStore open(String path) throws Exception {
    StorageSettings.Endpoint endpoint =
        new StorageSettings.Endpoint(
            "jdbc:h2:file:" + path + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0;TRACE_LEVEL_FILE=0",
            "bifrost",
            Secret.of("secret"));
    JdbcConfigStore store =
        new JdbcConfigStore(
            new StorageSettings(endpoint, endpoint, 4, Duration.ofMillis(500)), new H2Drivers());
    opened.add(store);
    return store;
  }

  /** What the driver's bundle registers as a service. */
  private static final class H2Drivers implements DataSourceFactory {
    @Override
    public DataSource createDataSource(Properties properties) {
      JdbcDataSource source = new JdbcDataSource();
      source.setURL(properties.getProperty(JDBC_URL));
      source.setUser(properties.getProperty(JDBC_USER, ""));
      source.setPassword(properties.getProperty(JDBC_PASSWORD, ""));
      return source;
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
