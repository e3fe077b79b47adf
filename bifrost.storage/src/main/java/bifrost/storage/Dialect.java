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

  /**
   * The statement that writes a row of configuration if its version is newer, with the parameters
   * type, id, version time, version node, content, seed hash, deleted. A row with an empty seed
   * hash keeps the stored one.
   */
  String upsertEntity();

  /** Opens a transaction in which every statement sees the same data. */
  void beginSnapshot(Connection connection) throws SQLException;

  /**
   * Waits until this connection's transaction alone may migrate; ends with the transaction.
   *
   * @param connection a connection that runs no migration itself
   */
  void lockForMigration(Connection connection) throws SQLException;

  /** Whether the error means that two writers met, and the same transaction may be tried again. */
  boolean isConflict(SQLException error);

  /** Whether the error means that a table does not exist. */
  boolean isMissingTable(SQLException error);

  /** The dialect of a JDBC URL. */
  static Dialect of(String url) {
    if (url.startsWith("jdbc:h2:")) {
      return new H2Dialect();
    }
    throw new IllegalArgumentException("no dialect for this JDBC URL, use jdbc:h2:...");
  }
}
