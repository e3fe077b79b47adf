package bifrost.discovery.etcd;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.api.cluster.PeerDiscovery;
import bifrost.tck.discovery.PeerDiscoveryKit;
import bifrost.tck.etcd.EtcdCluster;
import bifrost.tck.network.Relay;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The kit against a real server; each node reaches it by a relay of its own. */
@Execution(ExecutionMode.CONCURRENT)
class EtcdDiscoveryContractTest extends PeerDiscoveryKit {
  private static final Duration LEASE = Duration.ofSeconds(2);

  private static final String WRONG_PASSWORD = "a-wrong-secret";

  private static EtcdCluster etcd;

  /** Asks for a password; started by the one test that needs it. */
  private static volatile EtcdCluster locked;

  private final List<Relay> relays = new ArrayList<>();
  private boolean dark;

  @BeforeAll
  static void startServer() throws IOException {
    assumeTrue(EtcdCluster.isInstalled(), EtcdCluster.MISSING);
    etcd = EtcdCluster.start(1);
  }

  @AfterAll
  static void stopServer() {
    if (etcd != null) {
      etcd.close();
    }
    if (locked != null) {
      locked.close();
    }
  }

  @AfterEach
  void closeRelays() {
    relays.forEach(Relay::close);
  }

  @Override
  protected Set<Capability> capabilities() {
    return EnumSet.allOf(Capability.class);
  }

  @Override
  protected PeerDiscovery newDiscovery(String serviceName) throws Exception {
    Relay relay = Relay.to("127.0.0.1", etcd.port(0));
    if (dark) {
      relay.silence();
    }
    relays.add(relay);
    return new EtcdDiscovery(Settings.of(serviceName, LEASE, "http://127.0.0.1:" + relay.port()));
  }

  @Override
  protected PeerDiscovery newRefused(String serviceName) throws Exception {
    locked = EtcdCluster.start(1);
    locked.enableAuth("root-secret");
    return new EtcdDiscovery(
        Settings.withUser("root", WRONG_PASSWORD, serviceName, LEASE, locked.endpoints()));
  }

  @Override
  protected List<String> secrets() {
    return List.of(WRONG_PASSWORD);
  }

  @Override
  protected void darken() {
    dark = true;
    relays.forEach(Relay::silence);
  }

  @Override
  protected void light() {
    dark = false;
    relays.forEach(Relay::restore);
  }

  @Override
  protected Optional<Duration> forgets() {
    return Optional.of(LEASE);
  }

  @Override
  protected void addGarbage(String serviceName) throws Exception {
    String prefix = "/services/" + serviceName + "/";
    etcd.control("put", prefix, "no node id");
    etcd.control("put", prefix + "a/b", "{\"address\": \"10.0.0.9:1\"}");
    etcd.control("put", prefix + "not-json", "10.0.0.9:1");
    etcd.control("put", prefix + "no-address", "{\"region\": \"eu\"}");
    etcd.control("put", prefix + "bad-port", "{\"address\": \"10.0.0.9:99999\"}");
    etcd.control("put", prefix + "long", "{\"address\": \"" + "x".repeat(50_000) + ":1\"}");
  }

  @Override
  protected void die(Opened node) {
    relays.get(relays.size() - 1).refuse();
  }
}
