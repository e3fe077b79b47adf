package bifrost.storage;

import bifrost.api.storage.ConfigStore;
import bifrost.tck.storage.ConfigStoreKit;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class H2ConfigStoreContractTest extends ConfigStoreKit {
  @TempDir private Path directory;

  private final TestStores stores = TestStores.h2();

  @Override
  protected ConfigStore open() throws Exception {
    return stores.open(TestStores.h2Endpoint(directory, "store"));
  }

  @Override
  protected ConfigStore openAnother() throws Exception {
    return open();
  }

  @Override
  protected Optional<ConfigStore> openUnreachable() throws Exception {
    return Optional.of(stores.openUnreachableH2(directory));
  }

  @Override
  protected void closeAll() {
    stores.closeAll();
  }
}
