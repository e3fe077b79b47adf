package bifrost.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What differs between databases. Implementations keep no state. */
interface Dialect {
  /** The database's name, for people. */
  String name();

  /** The migrations, in order; only ever appended to. */
  List<Migration> migrations();

  /** The URL with what this store wants of the driver, where the URL does not say otherwise. */
  String tuned(String url, StorageSettings settings);

  /**
   * The statement that writes rows of configuration if their versions are newer, with the
   * parameters type, id, version time, version node, content, seed hash, deleted of each. A row
   * with an empty seed hash keeps the stored one. The statement counts the rows that were newer.
   *
   * @param rows how many rows, up to {@link #rowsPerUpsert}
   */
  String upsertEntities(int rows);

  /** How many rows of configuration one statement writes. */
  int rowsPerUpsert();

  /** Inserts rows unless one with their key is there. */
  RowInsert insertOnce(Connection connection, String table, List<String> columns, List<String> key)
      throws SQLException;

  /**
   * The statement that raises a counter's slot, with the parameters counter, window, node, epoch,
   * end, value.
   */
  String raiseSlot();

  /**
   * The statement that deletes rows of a table whose column is less than a value, the smallest
   * first, with the parameters value, limit.
   */
  String deleteOldest(String table, String column);

  /** How many rows of the journal it takes in a second at most. */
  default int mostRowsPerSecond() {
    return Integer.MAX_VALUE;
  }

  /** Opens a transaction in which every statement sees the same data, and that writes nothing. */
  void beginSnapshot(Connection connection) throws SQLException;

  /** Refuses a server that cannot be written to. */
  void requireWritable(Connection connection) throws SQLException;

  /** Whether a table can be made within a transaction, and is gone when that is rolled back. */
  boolean hasTransactionalSchema();

  /**
   * Makes this connection's transaction the only one that may migrate; ends with the transaction.
   *
   * @param connection a connection that runs no migration itself, unless there is a transactional
   *     schema
   * @return whether it is; if not, another one is migrating
   */
  boolean lockForMigration(Connection connection) throws SQLException;

  /** Text as this database can keep it. */
  String text(String value);

  /** Whether the error means that two writers met, and the same transaction may be tried again. */
  boolean isConflict(SQLException error);

  /** Whether the error means that a table does not exist. */
  boolean isMissingTable(SQLException error);

  /** The dialect of a JDBC URL. */
  static Dialect of(String url) {
    if (url.startsWith("jdbc:h2:")) {
      return new H2Dialect();
    }
    if (url.startsWith("jdbc:postgresql:")) {
      return new PostgresDialect();
    }
    throw new IllegalArgumentException(
        "no dialect for this JDBC URL, use jdbc:h2:... or jdbc:postgresql:...");
  }
}
