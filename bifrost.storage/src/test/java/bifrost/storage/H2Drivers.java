package bifrost.storage;

import java.sql.Driver;
import java.util.Properties;
import javax.sql.ConnectionPoolDataSource;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.osgi.service.jdbc.DataSourceFactory;

/** What the driver's bundle registers as a service. */
final class H2Drivers implements DataSourceFactory {
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
