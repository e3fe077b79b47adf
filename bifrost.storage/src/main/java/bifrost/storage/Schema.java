package bifrost.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a schema up to date by ordered steps, each applied once and remembered with its checksum.
 *
 * <p>One transaction holds the lock that keeps other nodes out. It runs the steps, too, unless the
 * database commits on each change of a table: then another connection does.
 */
final class Schema {
  private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

  private static final int LOCK_ATTEMPTS = 240;
  private static final Duration LOCK_PAUSE = Duration.ofMillis(500);

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

  /**
   * Applies what is missing. A schema that is up to date is found without any lock; while another
   * node migrates, this one asks again, and holds no connection in between.
   */
  void migrate(DataSource dataSource) throws SQLException {
    for (int attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
      if (attemptToMigrate(dataSource)) {
        return;
      }
      try {
        Thread.sleep(LOCK_PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SQLTransientException("interrupted while another node migrates", "57014", e);
      }
    }
    throw new SQLTransientException(
        "another node has been migrating for "
            + LOCK_PAUSE.multipliedBy(LOCK_ATTEMPTS).toSeconds()
            + " s",
        "55P03");
  }

  private boolean attemptToMigrate(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      dialect.requireWritable(connection);
      if (isUpToDate(connection)) {
        return true;
      }
      connection.setAutoCommit(false);
      try {
        if (!lock(connection)) {
          return false;
        }
        if (dialect.hasTransactionalSchema()) {
          apply(connection);
          connection.commit();
        } else {
          try (Connection other = dataSource.getConnection()) {
            apply(other);
          }
        }
        return true;
      } finally {
        connection.rollback();
      }
    }
  }

  /** Two nodes may make the row of the lock at once: the slower one asks again. */
  private boolean lock(Connection connection) throws SQLException {
    try {
      return dialect.lockForMigration(connection);
    } catch (SQLIntegrityConstraintViolationException e) {
      return false;
    } catch (SQLException e) {
      if (dialect.isConflict(e)) {
        return false;
      }
      throw e;
    }
  }

  private boolean isUpToDate(Connection connection) throws SQLException {
    if (version(connection) < needed()) {
      return false;
    }
    verify(applied(connection));
    return true;
  }

  private void apply(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS schema_migration (version INT PRIMARY KEY,"
              + " name VARCHAR(128) NOT NULL, checksum VARCHAR(64) NOT NULL,"
              + " applied_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL)");
    }
    commitStep(connection);
    Map<Integer, String> applied = applied(connection);
    verify(applied);
    for (Migration migration : migrations) {
      if (!applied.containsKey(migration.version())) {
        apply(connection, migration);
      }
    }
  }

  private void verify(Map<Integer, String> applied) throws SQLException {
    for (Migration migration : migrations) {
      String checksum = applied.get(migration.version());
      if (checksum != null && !checksum.equals(migration.checksum())) {
        throw new SQLException(
            "migration %d (%s) was applied in another form: this database belongs to another release"
                .formatted(migration.version(), migration.name()),
            "42000");
      }
    }
  }

  /** With a transactional schema all steps are one transaction, which the lock goes with. */
  private void commitStep(Connection connection) throws SQLException {
    if (!dialect.hasTransactionalSchema()) {
      connection.commit();
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
    commitStep(connection);
    LOG.info("schema is at version {} ({})", migration.version(), migration.name());
  }

  private static Map<Integer, String> applied(Connection connection) throws SQLException {
    Map<Integer, String> applied = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT version, checksum FROM schema_migration")) {
      while (rows.next()) {
        applied.put(rows.getInt(1), rows.getString(2));
      }
    }
    return applied;
  }
}
