package bifrost.storage;

import java.sql.SQLException;

/**
 * Inserts rows, value by value in the order of the columns, many at once. Its end does not execute
 * what is pending.
 */
interface RowInsert extends AutoCloseable {
  RowInsert text(String value) throws SQLException;

  RowInsert number(long value) throws SQLException;

  RowInsert flag(boolean value) throws SQLException;

  RowInsert bytes(byte[] value) throws SQLException;

  /** Milliseconds since the epoch. */
  RowInsert time(long millis) throws SQLException;

  /** The row is whole. */
  void endRow() throws SQLException;

  /** Writes the rows that are pending. */
  void execute() throws SQLException;

  @Override
  void close() throws SQLException;
}
