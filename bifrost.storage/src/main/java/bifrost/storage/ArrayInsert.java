package bifrost.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Inserts rows with one short statement whose parameters are columns: PostgreSQL reads a statement
 * of many rows of VALUES for longer than it inserts them.
 */
final class ArrayInsert implements RowInsert {
  private final Connection connection;
  private final Dialect dialect;
  private final String table;
  private final List<String> columns;
  private final List<String> key;
  private final String[] types;
  private final List<List<Object>> values = new ArrayList<>();
  private int index;

  ArrayInsert(
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
    this.types = new String[columns.size()];
    columns.forEach(column -> values.add(new ArrayList<>()));
  }

  @Override
  public RowInsert text(String value) {
    return add("text", dialect.text(value));
  }

  @Override
  public RowInsert number(long value) {
    return add("int8", value);
  }

  @Override
  public RowInsert flag(boolean value) {
    return add("bool", value);
  }

  @Override
  public RowInsert bytes(byte[] value) {
    return add("bytea", value);
  }

  @Override
  public RowInsert time(long millis) {
    return add("timestamptz", Instant.ofEpochMilli(millis).toString());
  }

  @Override
  public void endRow() {
    index = 0;
  }

  @Override
  public void execute() throws SQLException {
    if (values.getFirst().isEmpty()) {
      return;
    }
    try (PreparedStatement insert = connection.prepareStatement(sql())) {
      for (int i = 0; i < types.length; i++) {
        insert.setArray(i + 1, connection.createArrayOf(types[i], array(i)));
      }
      insert.executeUpdate();
    }
    values.forEach(List::clear);
  }

  @Override
  public void close() {
    // nothing is open between executions
  }

  private RowInsert add(String type, Object value) {
    types[index] = type;
    values.get(index++).add(value);
    return this;
  }

  private Object[] array(int column) {
    List<Object> list = values.get(column);
    return types[column].equals("bytea") ? list.toArray(byte[][]::new) : list.toArray();
  }

  private String sql() {
    List<String> parameters = new ArrayList<>();
    for (String type : types) {
      parameters.add("?::" + type + "[]");
    }
    return "INSERT INTO %s (%s) SELECT * FROM unnest(%s) ON CONFLICT (%s) DO NOTHING"
        .formatted(
            table,
            String.join(", ", columns),
            String.join(", ", parameters),
            String.join(", ", key));
  }
}
