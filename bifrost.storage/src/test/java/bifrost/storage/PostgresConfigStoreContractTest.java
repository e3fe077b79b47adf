package bifrost.storage;

import bifrost.api.storage.ConfigStore;
import bifrost.tck.postgres.PostgresServer;
import bifrost.tck.storage.ConfigStoreKit;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresConfigStoreContractTest extends ConfigStoreKit {
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
  protected ConfigStore open() throws Exception {
    endpoint = PostgresDatabases.create(server);
    return stores.open(endpoint);
  }

  @Override
  protected ConfigStore openAnother() throws Exception {
    return stores.open(endpoint);
  }

  @Override
  protected Optional<ConfigStore> openUnreachable() throws Exception {
    return Optional.of(stores.openUnreachablePostgres());
  }

  @Override
  protected void closeAll() {
    stores.closeAll();
  }
}
