package bifrost.storage;

import bifrost.api.storage.JournalStore;
import bifrost.api.storage.LogStore;
import bifrost.tck.postgres.PostgresServer;
import bifrost.tck.storage.LogStoreKit;
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
    return stores.openUnreachablePostgres();
  }

  @Override
  protected void closeAll() {
    stores.closeAll();
  }
}
