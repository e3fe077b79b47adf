package bifrost.storage;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;

/** Inserts rows as a batch of one statement. */
final class BatchInsert implements RowInsert {
  private final PreparedStatement statement;
  private final Dialect dialect;
  private int index;
  private int pending;

  BatchInsert(PreparedStatement statement, Dialect dialect) {
    this.statement = statement;
    this.dialect = dialect;
  }

  @Override
  public RowInsert text(String value) throws SQLException {
    statement.setString(++index, dialect.text(value));
    return this;
  }

  @Override
  public RowInsert number(long value) throws SQLException {
    statement.setLong(++index, value);
    return this;
  }

  @Override
  public RowInsert flag(boolean value) throws SQLException {
    statement.setBoolean(++index, value);
    return this;
  }

  @Override
  public RowInsert bytes(byte[] value) throws SQLException {
    statement.setBytes(++index, value);
    return this;
  }

  @Override
  public RowInsert time(long millis) throws SQLException {
    statement.setObject(++index, Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC));
    return this;
  }

  @Override
  public void endRow() throws SQLException {
    statement.addBatch();
    index = 0;
    pending++;
  }

  @Override
  public void execute() throws SQLException {
    if (pending > 0) {
      statement.executeBatch();
      pending = 0;
    }
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }
}
