package bifrost.tck.storage;

import bifrost.api.storage.ConfigStore;
import java.util.Optional;

class MemoryConfigStoreContractTest extends ConfigStoreKit {
  private final MemoryConfigStore.Database database = new MemoryConfigStore.Database();

  @Override
  protected ConfigStore open() {
    return new MemoryConfigStore(database);
  }

  @Override
  protected ConfigStore openAnother() {
    return new MemoryConfigStore(database);
  }

  @Override
  protected Optional<ConfigStore> openUnreachable() {
    MemoryConfigStore store = new MemoryConfigStore();
    store.setReadDown(true);
    store.setWriteDown(true);
    return Optional.of(store);
  }

  @Override
  protected void closeAll() {
    // nothing was opened
  }
}
