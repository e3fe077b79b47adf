package bifrost.tck.discovery.example;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFields;
import bifrost.api.cluster.PeerDiscovery;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/** Discovery by a folder that all nodes share, the example of docs/add-a-discovery.md. */
@Component(
    service = PeerDiscovery.class,
    configurationPid = "bifrost.discovery.folder",
    configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class FolderDiscovery implements PeerDiscovery {
  private static final long POLL_MILLIS = 500;
  private static final int MOST = 4_096;

  private final Path folder;

  /** Reads the configuration; opens nothing. */
  @Activate
  public FolderDiscovery(FolderConfig config) {
    String name = DiscoveryFields.serviceName("service_name", config.service__name());
    this.folder = Path.of(config.folder()).resolve(name);
  }

  @Override
  public String method() {
    return "folder";
  }

  @Override
  public Scope scope() {
    return Scope.REGION;
  }

  @Override
  public Session open(Announcement self, Observer observer) {
    return new FolderSession(self, observer);
  }

  private final class FolderSession implements Session {
    private final Announcement self;
    private final Observer observer;
    private final Path entry;
    private final Thread thread;
    private volatile boolean closed;
    private int malformed;
    private String example = "";

    FolderSession(Announcement self, Observer observer) {
      this.self = self;
      this.observer = observer;
      // One file for each session: what an older one deletes is never what this one wrote.
      this.entry = folder.resolve(self.nodeId() + "@" + UUID.randomUUID());
      this.thread = Thread.ofVirtual().name("bifrost-discovery-folder").start(this::run);
    }

    private void run() {
      try {
        while (!closed) {
          look();
          Thread.sleep(POLL_MILLIS);
        }
      } catch (InterruptedException e) {
        // closed
      }
    }

    private void look() {
      try {
        if (!Files.exists(entry)) {
          String address = Candidate.of(self.host(), self.port()).address();
          Files.write(entry, List.of(address, self.region()));
          observer.registered();
        }
        Set<Candidate> found = read();
        observer.malformed(malformed, example);
        observer.found(found);
      } catch (IOException e) {
        observer.failed(folder + " cannot be used, is it mounted? " + e.getMessage());
      }
    }

    private Set<Candidate> read() throws IOException {
      Set<Candidate> found = new HashSet<>();
      malformed = 0;
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          try {
            found.add(read(file));
          } catch (RuntimeException | IOException e) {
            malformed++;
            example = file.getFileName() + " is no entry of a node";
          }
          if (found.size() + malformed == MOST) {
            break;
          }
        }
      }
      return found;
    }

    private Candidate read(Path file) throws IOException {
      String name = file.getFileName().toString();
      List<String> lines = Files.readAllLines(file);
      Candidate at = DiscoveryFields.address("address", lines.get(0), 10_101);
      String nodeId = name.substring(0, name.indexOf('@'));
      return new Candidate(at.host(), at.port(), Optional.of(nodeId), Optional.of(lines.get(1)));
    }

    @Override
    public void close() {
      closed = true;
      thread.interrupt();
      try {
        thread.join();
        Files.deleteIfExists(entry);
      } catch (IOException e) {
        // the folder is gone, and the entry with it
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
