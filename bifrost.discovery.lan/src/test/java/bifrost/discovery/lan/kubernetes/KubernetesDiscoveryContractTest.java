package bifrost.discovery.lan.kubernetes;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.tck.discovery.PeerDiscoveryKit;
import bifrost.tck.kubernetes.ApiServerStub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The kit against a stub of the API server, whose pods the test starts and ends. */
@Execution(ExecutionMode.CONCURRENT)
class KubernetesDiscoveryContractTest extends PeerDiscoveryKit {
  private ApiServerStub server;

  @BeforeEach
  void start() throws Exception {
    server = new ApiServerStub();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  protected Set<Capability> capabilities() {
    return Set.of(Capability.TELLS_REGIONS, Capability.TAKES_GARBAGE, Capability.CAN_REFUSE);
  }

  @Override
  protected PeerDiscovery newDiscovery(String serviceName) {
    return new KubernetesDiscovery(
        new KubernetesSettings(
            server.uri(),
            "prod",
            "app=" + serviceName,
            10101,
            Path.of("/does/not/exist"),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofMillis(100)));
  }

  @Override
  protected PeerDiscovery newRefused(String serviceName) {
    server.requireToken("another");
    return newDiscovery(serviceName);
  }

  @Override
  protected void darken() {
    server.setDark(true);
  }

  @Override
  protected void light() {
    server.setDark(false);
  }

  @Override
  protected Optional<Duration> forgets() {
    return Optional.empty();
  }

  @Override
  protected void publish(String serviceName, Announcement node) {
    server.put(
        serviceName, name(node), "Running", node.host(), Map.of("cluster.region", node.region()));
  }

  @Override
  protected void withdraw(String serviceName, Announcement node) {
    server.delete(name(node));
  }

  @Override
  protected void addGarbage(String serviceName) {
    server.put(serviceName, "g0", "Running", "not an address", Map.of());
    server.put(serviceName, "g1", "Running", "", Map.of());
    server.put(serviceName, "g2", "Pending", "10.0.0.99", Map.of());
    server.put(serviceName, "g3", "Failed", "10.0.0.98", Map.of());
  }

  private static String name(Announcement node) {
    return "pod-" + node.host().replace('.', '-');
  }
}
