package bifrost.storage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * PostgreSQL 12 or newer. Nothing is set on a session, so that a pooler in transaction mode may
 * stand in between; a migration needs one connection only.
 */
final class PostgresDialect implements Dialect {
  /** Any number that is the same on all nodes and in no other product. */
  private static final long MIGRATION_LOCK = 0x6269_6672_6f73_7401L;

  @Override
  public String name() {
    return "postgresql";
  }

  @Override
  public List<Migration> migrations() {
    return PostgresMigrations.ALL;
  }

  @Override
  public String tuned(String url, StorageSettings settings) {
    Map<String, String> wanted = new LinkedHashMap<>();
    wanted.put("ApplicationName", "bifrost");
    wanted.put("tcpKeepAlive", "true");
    wanted.put("connectTimeout", Long.toString(Math.max(1, settings.connectTimeout().toSeconds())));
    wanted.put("socketTimeout", Long.toString(settings.socketTimeout().toSeconds()));
    wanted.put("reWriteBatchedInserts", "true");
    // a pooler in transaction mode gives the next transaction another session
    wanted.put("prepareThreshold", "0");
    wanted.put("assumeMinServerVersion", "12");
    if (url.equals(settings.write().url())) {
      wanted.put("targetServerType", "primary");
    }
    StringBuilder tuned = new StringBuilder(url);
    wanted.forEach(
        (key, value) -> {
          if (!url.contains("?" + key + "=") && !url.contains("&" + key + "=")) {
            tuned.append(tuned.indexOf("?") < 0 ? '?' : '&').append(key).append('=').append(value);
          }
        });
    return tuned.toString();
  }

  @Override
  public int rowsPerUpsert() {
    return 250;
  }

  @Override
  public String upsertEntities(int rows) {
    return """
        INSERT INTO config_entity AS t
          (entity_type, entity_id, version_time, version_node, content, seed_hash, deleted)
        VALUES %s
        ON CONFLICT (entity_type, entity_id) DO UPDATE
          SET version_time = EXCLUDED.version_time, version_node = EXCLUDED.version_node,
              content = EXCLUDED.content, deleted = EXCLUDED.deleted,
              seed_hash = CASE WHEN EXCLUDED.seed_hash = '' THEN t.seed_hash
                               ELSE EXCLUDED.seed_hash END,
              written_at = now()
          WHERE (EXCLUDED.version_time, EXCLUDED.version_node) > (t.version_time, t.version_node)
        """
        .formatted("(?, ?, ?, ?, ?, ?, ?), ".repeat(rows - 1) + "(?, ?, ?, ?, ?, ?, ?)");
  }

  @Override
  public RowInsert insertOnce(
      Connection connection, String table, List<String> columns, List<String> key) {
    return table.equals("journal_watermark")
        ? new ArrayInsert(connection, this, table, columns, key)
        : new CopyInsert(connection, this, table, columns, key);
  }

  @Override
  public String raiseSlot() {
    return """
        INSERT INTO counter_slot AS t (counter, window_millis, node_id, epoch, end_millis, slot_value)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (counter, window_millis, node_id, epoch) DO UPDATE
          SET slot_value = GREATEST(t.slot_value, EXCLUDED.slot_value),
              end_millis = GREATEST(t.end_millis, EXCLUDED.end_millis)
        """;
  }

  @Override
  public String deleteOldest(String table, String column) {
    return """
        DELETE FROM %1$s WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM %1$s WHERE %2$s < ? ORDER BY %2$s LIMIT ? FOR UPDATE SKIP LOCKED))
        """
        .formatted(table, column);
  }

  @Override
  public void beginSnapshot(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    }
  }

  @Override
  public void requireWritable(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
      if (row.next() && row.getBoolean(1)) {
        throw new SQLTransientException(
            "this server is a replica, the write endpoint must be the primary", "25006");
      }
    }
  }

  @Override
  public boolean hasTransactionalSchema() {
    return true;
  }

  @Override
  public boolean lockForMigration(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL lock_timeout = '10s'");
      try (ResultSet row =
          statement.executeQuery("SELECT pg_try_advisory_xact_lock(" + MIGRATION_LOCK + ")")) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** PostgreSQL has no character 0. */
  @Override
  public String text(String value) {
    return value.indexOf('\0') < 0 ? value : value.replace("\0", "");
  }

  @Override
  public boolean isConflict(SQLException error) {
    return "40001".equals(error.getSQLState()) || "40P01".equals(error.getSQLState());
  }

  @Override
  public boolean isMissingTable(SQLException error) {
    return "42P01".equals(error.getSQLState());
  }
}
