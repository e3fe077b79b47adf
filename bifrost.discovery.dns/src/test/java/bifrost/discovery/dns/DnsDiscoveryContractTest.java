package bifrost.discovery.dns;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.tck.discovery.PeerDiscoveryKit;
import bifrost.tck.dns.DnsServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The kit against a real BIND, whose zone lists the nodes of each service. */
class DnsDiscoveryContractTest extends PeerDiscoveryKit {
  private static DnsServer server;

  private final Map<String, List<Announcement>> published = new TreeMap<>();
  private final List<String> garbage = new ArrayList<>();

  @BeforeAll
  static void startServer() throws Exception {
    assumeTrue(DnsServer.isInstalled(), DnsServer.MISSING);
    server = DnsServer.start();
  }

  @AfterAll
  static void stopServer() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Override
  protected Set<Capability> capabilities() {
    return Set.of(Capability.TAKES_GARBAGE, Capability.CAN_REFUSE);
  }

  @Override
  protected PeerDiscovery newDiscovery(String serviceName) {
    return asking(DnsServer.absolute("_" + serviceName + "._tcp"));
  }

  /** The server has no zone for that name and asks nobody for it. */
  @Override
  protected PeerDiscovery newRefused(String serviceName) {
    return asking("_" + serviceName + "._tcp.example.net.");
  }

  private static PeerDiscovery asking(String name) {
    return new DnsDiscovery(
        new DnsSettings(
            List.of(DnsName.parse(name, 10101)),
            List.of(Candidate.of("127.0.0.1", server.port())),
            Duration.ofSeconds(1),
            Duration.ofMillis(200),
            Duration.ofSeconds(1)));
  }

  @Override
  protected void darken() throws Exception {
    server.pause();
  }

  @Override
  protected void light() throws Exception {
    server.resume();
  }

  @Override
  protected Optional<Duration> forgets() {
    return Optional.empty();
  }

  @Override
  protected void publish(String serviceName, Announcement node) throws Exception {
    List<Announcement> nodes = published.computeIfAbsent(serviceName, name -> new ArrayList<>());
    if (!nodes.contains(node)) {
      nodes.add(node);
    }
    server.set(host(node), 0, "A " + node.host());
    write(serviceName);
  }

  @Override
  protected void withdraw(String serviceName, Announcement node) throws Exception {
    published.get(serviceName).remove(node);
    write(serviceName);
  }

  @Override
  protected void addGarbage(String serviceName) throws Exception {
    server.set("nowhere", 0, "A 0.0.0.0");
    garbage.addAll(
        List.of("SRV 0 0 0 ns", "SRV 0 0 10101 missing", "SRV 0 0 10101 nowhere", "SRV 0 0 1 ."));
    write(serviceName);
  }

  private void write(String serviceName) throws Exception {
    List<String> records = new ArrayList<>(garbage.stream().distinct().toList());
    for (Announcement node : published.getOrDefault(serviceName, List.of())) {
      records.add("SRV 0 0 %d %s".formatted(node.port(), host(node)));
    }
    server.set("_" + serviceName + "._tcp", 0, records);
  }

  private static String host(Announcement node) {
    return "node-" + node.host().replace('.', '-');
  }
}
