package bifrost.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;

/** H2, the embedded default. */
final class H2Dialect implements Dialect {
  private static final int SNAPSHOT = 6; // H2's own level
  private static final int TABLE_NOT_FOUND = 42102;
  private static final int TABLE_NOT_FOUND_WITH_CANDIDATES = 42103;
  private static final int TABLE_NOT_FOUND_DATABASE_EMPTY = 42104;

  /** Duplicate key, deadlock, row changed meanwhile, lock time-out. */
  private static final Set<Integer> CONFLICTS = Set.of(23505, 40001, 90131, 50200);

  @Override
  public String name() {
    return "h2";
  }

  @Override
  public List<Migration> migrations() {
    return H2Migrations.ALL;
  }

  @Override
  public int rowsPerUpsert() {
    return 1;
  }

  @Override
  public String upsertEntities(int rows) {
    return """
        MERGE INTO config_entity t
        USING (SELECT CAST(? AS VARCHAR(32)) AS entity_type, CAST(? AS VARCHAR(256)) AS entity_id,
                      CAST(? AS BIGINT) AS version_time, CAST(? AS VARCHAR(128)) AS version_node,
                      CAST(? AS VARCHAR(1048576)) AS content, CAST(? AS VARCHAR(512)) AS seed_hash,
                      CAST(? AS BOOLEAN) AS deleted) s
        ON t.entity_type = s.entity_type AND t.entity_id = s.entity_id
        WHEN MATCHED AND (s.version_time > t.version_time
            OR (s.version_time = t.version_time AND s.version_node > t.version_node)) THEN
          UPDATE SET version_time = s.version_time, version_node = s.version_node,
                     content = s.content, deleted = s.deleted,
                     seed_hash = CASE WHEN s.seed_hash = '' THEN t.seed_hash ELSE s.seed_hash END,
                     written_at = CURRENT_TIMESTAMP
        WHEN NOT MATCHED THEN
          INSERT (entity_type, entity_id, version_time, version_node, content, seed_hash, deleted)
          VALUES (s.entity_type, s.entity_id, s.version_time, s.version_node, s.content,
                  s.seed_hash, s.deleted)
        """;
  }

  @Override
  public String tuned(String url, StorageSettings settings) {
    return url;
  }

  @Override
  public RowInsert insertOnce(
      Connection connection, String table, List<String> columns, List<String> key)
      throws SQLException {
    String sql =
        "MERGE INTO %s (%s) KEY (%s) VALUES (%s)"
            .formatted(
                table,
                String.join(", ", columns),
                String.join(", ", key),
                "?, ".repeat(columns.size() - 1) + "?");
    return new BatchInsert(connection.prepareStatement(sql), this);
  }

  @Override
  public String raiseSlot() {
    return """
        MERGE INTO counter_slot t
        USING (SELECT CAST(? AS VARCHAR(1024)) AS counter, CAST(? AS BIGINT) AS window_millis,
                      CAST(? AS VARCHAR(1024)) AS node_id, CAST(? AS BIGINT) AS epoch,
                      CAST(? AS BIGINT) AS end_millis, CAST(? AS BIGINT) AS slot_value) s
        ON t.counter = s.counter AND t.window_millis = s.window_millis
          AND t.node_id = s.node_id AND t.epoch = s.epoch
        WHEN MATCHED THEN
          UPDATE SET slot_value = GREATEST(t.slot_value, s.slot_value),
                     end_millis = GREATEST(t.end_millis, s.end_millis)
        WHEN NOT MATCHED THEN
          INSERT (counter, window_millis, node_id, epoch, end_millis, slot_value)
          VALUES (s.counter, s.window_millis, s.node_id, s.epoch, s.end_millis, s.slot_value)
        """;
  }

  @Override
  public String deleteOldest(String table, String column) {
    return "DELETE FROM " + table + " WHERE " + column + " < ? FETCH FIRST ? ROWS ONLY";
  }

  /** It runs in this process: faster than this it would take the processor from the requests. */
  @Override
  public int mostRowsPerSecond() {
    return 2_000;
  }

  @Override
  public void requireWritable(Connection connection) {
    // an embedded database has no replicas
  }

  @Override
  public boolean hasTransactionalSchema() {
    return false;
  }

  @Override
  public String text(String value) {
    return value;
  }

  @Override
  public void beginSnapshot(Connection connection) throws SQLException {
    connection.setTransactionIsolation(SNAPSHOT);
    connection.setAutoCommit(false);
  }

  @Override
  public boolean lockForMigration(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCK_TIMEOUT 60000");
      statement.execute("CREATE TABLE IF NOT EXISTS schema_lock (id INT PRIMARY KEY)");
      statement.execute(
          "MERGE INTO schema_lock t USING (VALUES 1) s(id) ON t.id = s.id"
              + " WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)");
      connection.commit();
      statement.executeQuery("SELECT id FROM schema_lock WHERE id = 1 FOR UPDATE").close();
      statement.execute("SET LOCK_TIMEOUT 2000");
      return true;
    }
  }

  @Override
  public boolean isConflict(SQLException error) {
    return CONFLICTS.contains(error.getErrorCode());
  }

  @Override
  public boolean isMissingTable(SQLException error) {
    return switch (error.getErrorCode()) {
      case TABLE_NOT_FOUND, TABLE_NOT_FOUND_WITH_CANDIDATES, TABLE_NOT_FOUND_DATABASE_EMPTY -> true;
      default -> false;
    };
  }
}
