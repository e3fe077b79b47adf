package bifrost.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.journal.JournalStream;
import bifrost.api.journal.Writer;
import bifrost.api.model.Secret;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Version;
import bifrost.api.storage.ConfigStore.Endpoint;
import bifrost.api.storage.JournalBatch;
import bifrost.api.storage.StoreException;
import bifrost.api.storage.StoredEntity;
import bifrost.tck.postgres.PostgresServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is PostgreSQL's own: replicas, failover, many nodes at once, passwords. */
class PostgresStoreTest {
  private static final Duration CONNECT = Duration.ofSeconds(20);
  private static PostgresServer primary;
  private static PostgresServer replica;

  private final TestStores stores = TestStores.postgres();

  @BeforeAll
  static void startServers() throws Exception {
    primary = PostgresServer.start();
    replica = primary.startReplica();
  }

  @AfterAll
  static void stopServers() throws Exception {
    replica.close();
    primary.close();
  }

  @AfterEach
  void closeStores() {
    stores.closeAll();
  }

  @Test
  void twoDozenNodesThatStartTogetherMakeOneSchema() throws Exception {
    StorageSettings.Endpoint endpoint = PostgresDatabases.create(primary);
    List<Callable<Void>> nodes = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      JdbcStore store =
          stores.open(
              new StorageSettings(
                  endpoint, endpoint, 2, Duration.ofSeconds(60), Duration.ofSeconds(60)));
      nodes.add(
          () -> {
            store.migrate();
            store.write(List.of(row("vk-1", 1)));
            return null;
          });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(nodes.size())) {
      for (Future<Void> node : threads.invokeAll(nodes)) {
        node.get();
      }
    }
    assertEquals(PostgresMigrations.ALL.size(), stores.count(endpoint, "schema_migration"));
    assertEquals(1, stores.count(endpoint, "config_entity"));
  }

  @Test
  void migrationNeedsOneConnectionOnly() throws Exception {
    StorageSettings.Endpoint endpoint = PostgresDatabases.create(primary);
    JdbcStore store =
        stores.open(new StorageSettings(endpoint, endpoint, 1, CONNECT, Duration.ofSeconds(30)));

    store.migrate();

    assertEquals(1, store.write(List.of(row("vk-1", 1))));
  }

  @Test
  void nodeBootsFromAReplicaAndWritesToThePrimary() throws Exception {
    StorageSettings.Endpoint write = PostgresDatabases.create(primary);
    StorageSettings.Endpoint read = onReplica(write);
    JdbcStore store = stores.open(write, read, CONNECT);
    store.migrate();
    store.write(List.of(row("vk-1", 1)));
    awaitReplica();

    List<StoredEntity> rows = new ArrayList<>();
    assertEquals(1, store.load(Endpoint.READ, rows::add));

    assertEquals("vk-1", rows.getFirst().id());
  }

  @Test
  void replicaIsNeverMigratedAndIsWorthTryingAgain() throws Exception {
    StorageSettings.Endpoint write = PostgresDatabases.create(primary);
    awaitReplica();
    StorageSettings.Endpoint read = onReplica(write);
    StorageSettings.Endpoint mistaken =
        TestStores.endpoint(read.url() + "?targetServerType=any", "postgres");
    JdbcStore store = stores.open(mistaken);

    StoreException e = assertThrows(StoreException.class, store::migrate);

    assertTrue(e.isTransient());
    assertTrue(e.getMessage().contains("replica"), e.getMessage());
    assertThrows(SQLException.class, () -> stores.count(write, "config_entity"));
  }

  @Test
  void replicaIsNotTakenForThePrimary() throws Exception {
    StorageSettings.Endpoint write = PostgresDatabases.create(primary);
    stores.open(write).migrate();
    String both =
        write
            .url()
            .replace(
                "127.0.0.1:" + primary.port(),
                "127.0.0.1:" + replica.port() + ",127.0.0.1:" + primary.port());
    JdbcStore store = stores.open(TestStores.endpoint(both, "postgres"));

    assertEquals(1, store.write(List.of(row("vk-1", 1))));
  }

  @Test
  void writesFollowAFailover() throws Exception {
    try (PostgresServer first = PostgresServer.start();
        PostgresServer second = first.startReplica()) {
      String hosts = "127.0.0.1:" + first.port() + ",127.0.0.1:" + second.port();
      StorageSettings.Endpoint endpoint =
          TestStores.endpoint("jdbc:postgresql://" + hosts + "/postgres", "postgres");
      JdbcStore store = stores.open(endpoint, endpoint, Duration.ofSeconds(5));
      Writer writer = new Writer("node", 1);
      store.migrate();
      assertEquals(3, store.write(batch(writer, 0, 3)));
      while (!second.query("SELECT count(*) FROM journal_watermark WHERE seq = 3").equals("1")) {
        Thread.onSpinWait();
      }
      first.stop();
      assertTrue(
          assertThrows(StoreException.class, () -> store.write(batch(writer, 3, 5))).isTransient());
      second.promote();

      long written = 0;
      for (int attempt = 0; attempt < 20 && written != 5; attempt++) {
        try {
          written = store.write(batch(writer, 3, 5));
        } catch (StoreException e) {
          assertTrue(e.isTransient(), e.getMessage());
        }
      }
      assertEquals(5, written);
      assertEquals(5, store.watermark(writer, JournalStream.ACCOUNTING));
    }
  }

  @Test
  void serverThatDoesNotAnswerHoldsACallNoLongerThanItsTimeOuts() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      StorageSettings.Endpoint endpoint =
          TestStores.endpoint(
              "jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/bifrost", "bifrost");
      JdbcStore store =
          stores.open(
              new StorageSettings(
                  endpoint, endpoint, 2, Duration.ofMillis(600), Duration.ofSeconds(1)));

      StoreException e =
          assertThrows(
              StoreException.class,
              () -> store.watermark(new Writer("node", 1), JournalStream.CONFIG));

      assertTrue(e.isTransient(), e.getMessage());
    }
  }

  @Test
  void passwordComesFromACommandWhereOneIsSet() throws Exception {
    primary.query("CREATE ROLE token_user LOGIN PASSWORD 'short-lived'");
    StorageSettings.Endpoint base = PostgresDatabases.create(primary);
    StorageSettings.Endpoint good =
        new StorageSettings.Endpoint(
            base.url(), "postgres", Secret.of(""), "printf 'short-lived\\n'");
    StorageSettings.Endpoint bad =
        new StorageSettings.Endpoint(base.url(), "postgres", Secret.of(""), "echo secret; exit 3");

    stores.open(good).migrate();
    StoreException e =
        assertThrows(
            StoreException.class, () -> stores.open(bad, bad, Duration.ofMillis(500)).migrate());

    assertTrue(e.getMessage().contains("ended with status 3"), e.getMessage());
    assertFalse(e.getMessage().contains("secret"), e.getMessage());
  }

  @Test
  void urlIsTunedOnlyWhereItSaysNothing() {
    StorageSettings.Endpoint endpoint =
        TestStores.endpoint(
            "jdbc:postgresql://a,b/db?sslmode=verify-full&socketTimeout=9", "bifrost");
    StorageSettings settings =
        new StorageSettings(endpoint, endpoint, 2, Duration.ofSeconds(5), Duration.ofSeconds(30));

    String tuned = new PostgresDialect().tuned(endpoint.url(), settings);

    assertTrue(tuned.startsWith(endpoint.url() + "&"), tuned);
    assertTrue(tuned.contains("&targetServerType=primary"), tuned);
    assertFalse(tuned.contains("socketTimeout=30"), tuned);
    assertFalse(
        new PostgresDialect().tuned("jdbc:postgresql://c/db", settings).contains("targetServer"));
  }

  private static StorageSettings.Endpoint onReplica(StorageSettings.Endpoint endpoint) {
    return TestStores.endpoint(
        endpoint.url().replace(":" + primary.port() + "/", ":" + replica.port() + "/"), "postgres");
  }

  private static void awaitReplica() throws Exception {
    String position = primary.query("SELECT pg_current_wal_lsn()");
    while (!replica.query("SELECT pg_last_wal_replay_lsn() >= '" + position + "'").equals("t")) {
      Thread.onSpinWait();
    }
  }

  private static JournalBatch batch(Writer writer, long after, long through) {
    return new JournalBatch(
        writer,
        JournalStream.ACCOUNTING,
        after,
        through,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static StoredEntity row(String id, long version) {
    return new StoredEntity(
        EntityType.VIRTUAL_KEY, id, new Version(version, "n"), Optional.of("{}"), "");
  }
}
