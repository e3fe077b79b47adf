package bifrost.tck.discovery.example;

import bifrost.api.cluster.PeerDiscovery;
import bifrost.tck.discovery.PeerDiscoveryKit;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

class FolderDiscoveryContractTest extends PeerDiscoveryKit {
  @TempDir private Path parent;

  @Override
  protected Set<Capability> capabilities() {
    return EnumSet.of(
        Capability.REGISTERS,
        Capability.TELLS_IDS,
        Capability.TELLS_REGIONS,
        Capability.TAKES_GARBAGE);
  }

  @Override
  protected PeerDiscovery newDiscovery(String serviceName) throws IOException {
    if (Files.notExists(parent.resolve("dark"))) {
      Files.createDirectories(parent.resolve("shared").resolve(serviceName));
    } else {
      Files.createDirectories(parent.resolve("dark").resolve(serviceName));
    }
    return new FolderDiscovery(config(serviceName, parent.resolve("shared").toString()));
  }

  @Override
  protected void darken() throws IOException {
    Files.createDirectories(parent.resolve("shared"));
    Files.move(parent.resolve("shared"), parent.resolve("dark"));
  }

  @Override
  protected void light() throws IOException {
    Files.move(parent.resolve("dark"), parent.resolve("shared"));
  }

  @Override
  protected Optional<Duration> forgets() {
    return Optional.empty();
  }

  @Override
  protected void addGarbage(String serviceName) throws IOException {
    Path folder = Files.createDirectories(parent.resolve("shared").resolve(serviceName));
    Files.writeString(folder.resolve("empty"), "");
    Files.writeString(folder.resolve("no-node"), "10.0.0.9:1\neu");
    Files.writeString(folder.resolve("x@1"), "no address\neu");
    Files.write(folder.resolve("y@1"), new byte[] {(byte) 0xff, 0});
    Files.createDirectories(folder.resolve("z@1"));
  }

  private static FolderConfig config(String serviceName, String folder) {
    return new FolderConfig() {
      @Override
      public String service__name() {
        return serviceName;
      }

      @Override
      public String folder() {
        return folder;
      }

      @Override
      public Class<? extends Annotation> annotationType() {
        return FolderConfig.class;
      }
    };
  }
}
