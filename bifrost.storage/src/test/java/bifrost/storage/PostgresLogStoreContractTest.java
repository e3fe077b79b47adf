package bifrost.storage;

import bifrost.api.storage.JournalStore;
import bifrost.api.storage.LogStore;
import bifrost.tck.postgres.PostgresServer;
import bifrost.tck.storage.LogStoreKit;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresLogStoreContractTest extends LogStoreKit {
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
  protected JournalStore openWriter() throws Exception {
    endpoint = PostgresDatabases.create(server);
    return stores.open(endpoint);
  }

  @Override
  protected LogStore open() throws Exception {
    return stores.open(endpoint);
  }

  @Override
  protected LogStore openUnreachable() throws Exception {
    StorageSettings.Endpoint away =
        TestStores.endpoint("jdbc:postgresql://127.0.0.1:1/bifrost", "bifrost");
    return stores.open(away, away, Duration.ofMillis(500));
  }

  @Override
  protected void closeAll() {
    stores.closeAll();
  }
}
