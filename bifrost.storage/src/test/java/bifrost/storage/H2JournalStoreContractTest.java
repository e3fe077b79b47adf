package bifrost.storage;

import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.CounterStore;
import bifrost.api.storage.JournalStore;
import bifrost.tck.storage.JournalStoreKit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class H2JournalStoreContractTest extends JournalStoreKit {
  @TempDir private Path directory;

  private final TestStores stores = TestStores.h2();

  @Override
  protected JournalStore open() throws Exception {
    return stores.open(endpoint("store"));
  }

  @Override
  protected JournalStore openAnother() throws Exception {
    return open();
  }

  /** H2 cannot create a database below a file. */
  @Override
  protected Optional<JournalStore> openUnreachable() throws Exception {
    Files.writeString(directory.resolve("file"), "no directory");
    StorageSettings.Endpoint away = endpoint("file/store");
    return Optional.of(stores.open(away, away, Duration.ofMillis(500)));
  }

  @Override
  protected long count(String table) throws Exception {
    return stores.count(endpoint("store"), table);
  }

  @Override
  protected CounterStore counters() throws Exception {
    return stores.open(endpoint("store"));
  }

  @Override
  protected ConfigStore configuration() throws Exception {
    return stores.open(endpoint("store"));
  }

  @Override
  protected void closeAll() {
    stores.closeAll();
  }

  private StorageSettings.Endpoint endpoint(String path) {
    return TestStores.endpoint(
        "jdbc:h2:file:"
            + directory.resolve(path)
            + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0;TRACE_LEVEL_FILE=0",
        "bifrost");
  }
}
