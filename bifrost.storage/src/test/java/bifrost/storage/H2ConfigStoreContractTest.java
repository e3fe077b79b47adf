package bifrost.storage;

import bifrost.api.model.Secret;
import bifrost.api.storage.ConfigStore;
import bifrost.tck.storage.ConfigStoreKit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class H2ConfigStoreContractTest extends ConfigStoreKit {
  @TempDir private Path directory;

  private final List<JdbcConfigStore> opened = new ArrayList<>();

  @Override
  protected ConfigStore open() throws Exception {
    return open(directory.resolve("store").toString(), Duration.ofSeconds(60));
  }

  @Override
  protected ConfigStore openAnother() throws Exception {
    return open();
  }

  /** H2 cannot create a database below a file. */
  @Override
  protected Optional<ConfigStore> openUnreachable() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "no directory");
    return Optional.of(open(file.resolve("store").toString(), Duration.ofMillis(300)));
  }

  @Override
  protected void closeAll() {
    opened.forEach(JdbcConfigStore::close);
  }

  private ConfigStore open(String path, Duration connectTimeout) throws Exception {
    StorageSettings.Endpoint endpoint =
        new StorageSettings.Endpoint(
            "jdbc:h2:file:" + path + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0;TRACE_LEVEL_FILE=0",
            "bifrost",
            Secret.of("secret"));
    JdbcConfigStore store =
        new JdbcConfigStore(
            new StorageSettings(endpoint, endpoint, 4, connectTimeout), new H2Drivers());
    opened.add(store);
    return store;
  }
}
