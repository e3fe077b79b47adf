package bifrost.storage;

import bifrost.api.storage.ConfigStore;
import bifrost.api.storage.CounterStore;
import bifrost.api.storage.JournalStore;
import bifrost.tck.storage.JournalStoreKit;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class H2JournalStoreContractTest extends JournalStoreKit {
  @TempDir private Path directory;

  private final TestStores stores = TestStores.h2();

  @Override
  protected JournalStore open() throws Exception {
    return stores.open(TestStores.h2Endpoint(directory, "store"));
  }

  @Override
  protected JournalStore openAnother() throws Exception {
    return open();
  }

  @Override
  protected Optional<JournalStore> openUnreachable() throws Exception {
    return Optional.of(stores.openUnreachableH2(directory));
  }

  @Override
  protected long count(String table) throws Exception {
    return stores.count(TestStores.h2Endpoint(directory, "store"), table);
  }

  @Override
  protected CounterStore counters() throws Exception {
    return stores.open(TestStores.h2Endpoint(directory, "store"));
  }

  @Override
  protected ConfigStore configuration() throws Exception {
    return stores.open(TestStores.h2Endpoint(directory, "store"));
  }

  @Override
  protected void closeAll() {
    stores.closeAll();
  }
}
