package bifrost.storage;

import bifrost.api.storage.JournalStore;
import bifrost.api.storage.LogStore;
import bifrost.tck.storage.LogStoreKit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

class H2LogStoreContractTest extends LogStoreKit {
  @TempDir private Path directory;

  private final TestStores stores = TestStores.h2();

  @Override
  protected JournalStore openWriter() throws Exception {
    return stores.open(endpoint("store"));
  }

  @Override
  protected LogStore open() throws Exception {
    return stores.open(endpoint("store"));
  }

  /** H2 cannot create a database below a file. */
  @Override
  protected LogStore openUnreachable() throws Exception {
    Files.writeString(directory.resolve("file"), "no directory");
    StorageSettings.Endpoint away = endpoint("file/store");
    return stores.open(away, away, Duration.ofMillis(500));
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
