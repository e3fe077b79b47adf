package bifrost.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a schema up to date by ordered steps, each applied once and remembered with its checksum.
 *
 * <p>One connection holds the lock that keeps other nodes out, another runs the steps: where a
 * database commits on each change of a table, the lock must not go with it.
 */
final class Schema {
  private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

  private final Dialect dialect;
  private final List<Migration> migrations;

  Schema(Dialect dialect) {
    this(dialect, dialect.migrations());
  }

  Schema(Dialect dialect, List<Migration> migrations) {
    this.dialect = dialect;
    this.migrations = migrations;
  }

  /** The version that this release needs. */
  int needed() {
    return migrations.size();
  }

  /** The version of a database; 0 when it has no schema. */
  int version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT MAX(version) FROM schema_migration")) {
      return row.next() ? row.getInt(1) : 0;
    } catch (SQLException e) {
      if (dialect.isMissingTable(e)) {
        return 0;
      }
      throw e;
    }
  }

  /** Applies what is missing. */
  void migrate(DataSource dataSource) throws SQLException {
    try (Connection guard = dataSource.getConnection()) {
      guard.setAutoCommit(false);
      dialect.lockForMigration(guard);
      try (Connection connection = dataSource.getConnection()) {
        apply(connection);
      } finally {
        guard.rollback();
      }
    }
  }

  private void apply(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    Map<Integer, String> applied = applied(connection);
    for (Migration migration : migrations) {
      String checksum = applied.get(migration.version());
      if (checksum == null) {
        apply(connection, migration);
      } else if (!checksum.equals(migration.checksum())) {
        throw new SQLException(
            "migration %d (%s) was applied in another form: this database belongs to another release"
                .formatted(migration.version(), migration.name()),
            "42000");
      }
    }
  }

  private void apply(Connection connection, Migration migration) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : migration.statements()) {
        statement.execute(sql);
      }
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO schema_migration (version, name, checksum) VALUES (?, ?, ?)")) {
      insert.setInt(1, migration.version());
      insert.setString(2, migration.name());
      insert.setString(3, migration.checksum());
      insert.executeUpdate();
    }
    connection.commit();
    LOG.info("schema is at version {} ({})", migration.version(), migration.name());
  }

  private static Map<Integer, String> applied(Connection connection) throws SQLException {
    Map<Integer, String> applied = new HashMap<>();
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS schema_migration (version INT PRIMARY KEY,"
              + " name VARCHAR(128) NOT NULL, checksum VARCHAR(64) NOT NULL,"
              + " applied_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL)");
      connection.commit();
      try (ResultSet rows =
          statement.executeQuery("SELECT version, checksum FROM schema_migration")) {
        while (rows.next()) {
          applied.put(rows.getInt(1), rows.getString(2));
        }
      }
    }
    return applied;
  }
}
