package bifrost.storage;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Inserts rows into PostgreSQL with COPY, several times as fast as with INSERT.
 *
 * <p>COPY knows no "unless it is there". The watermark keeps rows from coming twice; where one is
 * there all the same, the batch goes by way of a temporary table instead.
 */
final class CopyInsert implements RowInsert {
  private static final String UNIQUE_VIOLATION = "23505";

  private final Connection connection;
  private final Dialect dialect;
  private final String table;
  private final List<String> columns;
  private final List<String> key;
  private final StringBuilder text = new StringBuilder(64 << 10);
  private int rows;
  private boolean first = true;

  CopyInsert(
      Connection connection,
      Dialect dialect,
      String table,
      List<String> columns,
      List<String> key) {
    this.connection = connection;
    this.dialect = dialect;
    this.table = table;
    this.columns = columns;
    this.key = key;
  }

  @Override
  public RowInsert text(String value) {
    separate();
    String clean = dialect.text(value);
    for (int i = 0; i < clean.length(); i++) {
      char c = clean.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '\t' -> text.append("\\t");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        default -> text.append(c);
      }
    }
    return this;
  }

  @Override
  public RowInsert number(long value) {
    separate();
    text.append(value);
    return this;
  }

  @Override
  public RowInsert flag(boolean value) {
    separate();
    text.append(value ? 't' : 'f');
    return this;
  }

  @Override
  public RowInsert bytes(byte[] value) {
    separate();
    text.append("\\\\x").append(HexFormat.of().formatHex(value));
    return this;
  }

  @Override
  public RowInsert time(long millis) {
    separate();
    text.append(Instant.ofEpochMilli(millis));
    return this;
  }

  @Override
  public void endRow() {
    text.append('\n');
    rows++;
    first = true;
  }

  @Override
  public void execute() throws SQLException {
    if (rows == 0) {
      return;
    }
    Savepoint before = connection.setSavepoint();
    try {
      copy(table);
      connection.releaseSavepoint(before);
    } catch (SQLException e) {
      if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
        throw e;
      }
      connection.rollback(before);
      copyWhatIsMissing();
    }
    text.setLength(0);
    rows = 0;
  }

  @Override
  public void close() {
    // nothing is open between executions
  }

  private void copy(String into) throws SQLException {
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    CopyIn copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY %s (%s) FROM STDIN".formatted(into, String.join(", ", columns)));
    try {
      copy.writeToCopy(bytes, 0, bytes.length);
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  /** By way of a table of this transaction's own. */
  private void copyWhatIsMissing() throws SQLException {
    String names = String.join(", ", columns);
    String staging = table + "_batch";
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TEMPORARY TABLE %s ON COMMIT DROP AS SELECT %s FROM %s WITH NO DATA"
              .formatted(staging, names, table));
      copy(staging);
      statement.execute(
          "INSERT INTO %s (%s) SELECT %s FROM %s ON CONFLICT (%s) DO NOTHING"
              .formatted(table, names, names, staging, String.join(", ", key)));
      statement.execute("DROP TABLE " + staging);
    }
  }

  private void separate() {
    if (!first) {
      text.append('\t');
    }
    first = false;
  }
}
