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

  private static final List<Migration> MIGRATIONS =
      List.of(
          new Migration(
              1,
              "configuration",
              List.of(
                  """
                  CREATE TABLE IF NOT EXISTS config_entity (
                    entity_type VARCHAR(32) NOT NULL,
                    entity_id VARCHAR(256) NOT NULL,
                    version_time BIGINT NOT NULL,
                    version_node VARCHAR(128) NOT NULL,
                    content VARCHAR(1048576),
                    seed_hash VARCHAR(512) NOT NULL,
                    deleted BOOLEAN NOT NULL,
                    written_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
                    PRIMARY KEY (entity_type, entity_id)
                  )""")));

  @Override
  public String name() {
    return "h2";
  }

  @Override
  public List<Migration> migrations() {
    return MIGRATIONS;
  }

  @Override
  public String upsertEntity() {
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
  public void beginSnapshot(Connection connection) throws SQLException {
    connection.setTransactionIsolation(SNAPSHOT);
    connection.setAutoCommit(false);
  }

  @Override
  public void lockForMigration(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCK_TIMEOUT 60000");
      statement.execute("CREATE TABLE IF NOT EXISTS schema_lock (id INT PRIMARY KEY)");
      statement.execute(
          "MERGE INTO schema_lock t USING (VALUES 1) s(id) ON t.id = s.id"
              + " WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)");
      connection.commit();
      statement.executeQuery("SELECT id FROM schema_lock WHERE id = 1 FOR UPDATE").close();
      statement.execute("SET LOCK_TIMEOUT 2000");
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
