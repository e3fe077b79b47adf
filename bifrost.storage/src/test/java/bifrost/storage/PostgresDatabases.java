package bifrost.storage;

import bifrost.tck.postgres.PostgresServer;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes a database for each test. */
final class PostgresDatabases {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private PostgresDatabases() {}

  static StorageSettings.Endpoint create(PostgresServer server) throws IOException {
    String name = "test_" + NUMBER.incrementAndGet();
    server.query("CREATE DATABASE " + name);
    return TestStores.endpoint(server.url().replaceFirst("/postgres$", "/" + name), "postgres");
  }
}
