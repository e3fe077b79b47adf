package bifrost.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.CounterStore;
import bifrost.api.storage.JournalStore;
import bifrost.tck.postgres.PostgresServer;
import bifrost.tck.storage.JournalStoreKit;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresJournalStoreContractTest extends JournalStoreKit {
  private static PostgresServer server;

  private final TestStores stores = TestStores.postgres();
  private StorageSettings.Endpoint endpoint;

  @BeforeAll
  static void startServer() throws Exception {
    server = PostgresServer.start();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @Override
  protected JournalStore open() throws Exception {
    endpoint = PostgresDatabases.create(server);
    return stores.open(endpoint);
  }

  @Override
  protected JournalStore openAnother() throws Exception {
    return stores.open(endpoint);
  }

  @Override
  protected Optional<JournalStore> openUnreachable() throws Exception {
    return Optional.of(stores.openUnreachablePostgres());
  }

  @Override
  protected long count(String table) throws Exception {
    return stores.count(endpoint, table);
  }

  @Override
  protected CounterStore counters() throws Exception {
    return stores.open(endpoint);
  }

  @Override
  protected ConfigStore configuration() throws Exception {
    return stores.open(endpoint);
  }

  @Test
  void rowsThatAreThereWithoutTheirWatermarkAreNotWrittenTwice() throws Exception {
    JournalStore store = open();
    store.migrate();
    assertEquals(1_500, store.write(logs(0, 1, 1_500)));
    String database = endpoint.url().substring(endpoint.url().lastIndexOf('/') + 1);
    server.queryIn(database, "DELETE FROM journal_watermark");
    assertEquals(2_500, store.write(logs(0, 1, 2_500)));
    assertEquals(2_500, count("request_log"));
  }

  @Override
  protected void closeAll() {
    stores.closeAll();
  }
}
