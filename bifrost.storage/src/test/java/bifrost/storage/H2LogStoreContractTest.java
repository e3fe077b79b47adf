package bifrost.storage;

import bifrost.api.storage.JournalStore;
import bifrost.api.storage.LogStore;
import bifrost.tck.storage.LogStoreKit;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class H2LogStoreContractTest extends LogStoreKit {
  @TempDir private Path directory;

  private final TestStores stores = TestStores.h2();

  @Override
  protected JournalStore openWriter() throws Exception {
    return stores.open(TestStores.h2Endpoint(directory, "store"));
  }

  @Override
  protected LogStore open() throws Exception {
    return stores.open(TestStores.h2Endpoint(directory, "store"));
  }

  @Override
  protected LogStore openUnreachable() throws Exception {
    return stores.openUnreachableH2(directory);
  }

  @Override
  protected void closeAll() {
    stores.closeAll();
  }
}
