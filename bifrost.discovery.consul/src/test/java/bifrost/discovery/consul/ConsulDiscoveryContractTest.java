package bifrost.discovery.consul;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.tck.consul.ConsulStub;
import bifrost.tck.discovery.PeerDiscoveryKit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The kit against a stub of Consul, whose nodes are in two data centres by turns. */
@Execution(ExecutionMode.CONCURRENT)
class ConsulDiscoveryContractTest extends PeerDiscoveryKit {
  private static final String TOKEN = "0b6f5c0a-secret";
  private static final String WRONG_TOKEN = "77aa12cd-another";

  private ConsulStub consul;
  private int opened;

  @BeforeEach
  void start() throws Exception {
    consul = ConsulStub.start("eu", "us");
    consul.requireToken(TOKEN);
  }

  @AfterEach
  void stop() {
    consul.close();
  }

  @Override
  protected Set<Capability> capabilities() {
    return Set.of(Capability.values());
  }

  @Override
  protected PeerDiscovery newDiscovery(String serviceName) {
    String datacenter = serviceName.startsWith("d11") || opened++ % 2 == 0 ? "eu" : "us";
    return new ConsulDiscovery(TestSettings.of(serviceName, TOKEN, consul.port(datacenter)));
  }

  @Override
  protected PeerDiscovery newRefused(String serviceName) {
    return new ConsulDiscovery(TestSettings.of(serviceName, WRONG_TOKEN, consul.port("eu")));
  }

  @Override
  protected void darken() {
    consul.setDark(true);
  }

  @Override
  protected void light() {
    consul.setDark(false);
  }

  @Override
  protected Optional<Duration> forgets() {
    return Optional.of(Duration.ofSeconds(1));
  }

  @Override
  protected List<String> secrets() {
    return List.of(TOKEN, WRONG_TOKEN);
  }

  @Override
  protected void die(Opened node) {
    Announcement self = node.self();
    consul.unreachable(self.host() + ":" + self.port());
    ((ConsulSession) node.session()).abandon();
  }

  @Override
  protected void addGarbage(String serviceName) {
    for (String datacenter : List.of("eu", "us")) {
      consul.put(datacenter, "g0", serviceName, "10.0.0.1", 0, Map.of());
      consul.put(datacenter, "g1", serviceName, "10.0.0.1", 70_000, Map.of());
      consul.put(datacenter, "g2", serviceName, "not a host\n\u0007", 10101, Map.of());
      consul.put(datacenter, "g3", serviceName, "0.0.0.0", 10101, Map.of());
      consul.put(datacenter, "g4", serviceName, "x".repeat(5_000), 10101, Map.of());
    }
  }
}
