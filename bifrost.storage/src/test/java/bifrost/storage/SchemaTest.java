package bifrost.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaTest {
  private static final Migration ONE = new Migration(1, "one", List.of("CREATE TABLE a (x INT)"));
  private static final Migration TWO =
      new Migration(2, "two", List.of("CREATE TABLE b (x INT)", "INSERT INTO b VALUES (7)"));

  private final Dialect dialect = new H2Dialect();
  private final JdbcDataSource database = new JdbcDataSource();

  @TempDir private Path directory;

  @BeforeEach
  void openDatabase() {
    database.setURL("jdbc:h2:file:" + directory.resolve("db") + ";TRACE_LEVEL_FILE=0");
  }

  @Test
  void anEmptyDatabaseHasVersionZero() throws SQLException {
    assertEquals(0, version(ONE));
  }

  @Test
  void onlyWhatIsMissingIsApplied() throws SQLException {
    schema(ONE).migrate(database);
    assertEquals(1, version(ONE));
    schema(ONE, TWO).migrate(database);
    schema(ONE, TWO).migrate(database);
    assertEquals(2, version(ONE, TWO));
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT COUNT(*) FROM b")) {
      rows.next();
      assertEquals(1, rows.getInt(1));
    }
  }

  @Test
  void aStepThatWasAppliedInAnotherFormIsRefused() throws SQLException {
    schema(ONE).migrate(database);
    Migration changed = new Migration(1, "one", List.of("CREATE TABLE a (x BIGINT)"));
    SQLException e = assertThrows(SQLException.class, () -> schema(changed, TWO).migrate(database));
    assertTrue(e.getMessage().contains("another release"), e.getMessage());
    assertEquals(1, version(ONE));
  }

  @Test
  void aStepThatFailsIsTriedAgainByTheNextNode() throws SQLException {
    Migration broken = new Migration(2, "two", List.of("CREATE NONSENSE"));
    assertThrows(SQLException.class, () -> schema(ONE, broken).migrate(database));
    assertEquals(1, version(ONE));
    schema(ONE, TWO).migrate(database);
    assertEquals(2, version(ONE, TWO));
  }

  @Test
  void aStepThatACrashHasCutInTwoIsRepeated() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : dialect.migrations().get(0).statements()) {
        statement.execute(sql);
      }
    }
    new Schema(dialect).migrate(database);
    assertEquals(dialect.migrations().size(), version());
  }

  @Test
  void anOlderReleaseWorksWithANewerSchema() throws SQLException {
    schema(ONE, TWO).migrate(database);
    schema(ONE).migrate(database);
    assertEquals(2, version(ONE));
  }

  @Test
  void theProductsMigrationsAreNumberedInOrder() {
    List<Migration> migrations = dialect.migrations();
    for (int i = 0; i < migrations.size(); i++) {
      assertEquals(i + 1, migrations.get(i).version());
    }
  }

  private Schema schema(Migration... migrations) {
    return new Schema(dialect, List.of(migrations));
  }

  private int version(Migration... migrations) throws SQLException {
    try (Connection connection = database.getConnection()) {
      return schema(migrations).version(connection);
    }
  }
}
