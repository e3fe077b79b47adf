package bifrost.sync.diagnosis.offline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.ConfigurationCheck;
import bifrost.api.cluster.Finding;
import bifrost.sync.diagnosis.rules.Fault;
import bifrost.sync.diagnosis.rules.Symptom;
import bifrost.sync.membership.TestNode;
import bifrost.tck.network.FreePorts;
import bifrost.tck.network.Relay;
import bifrost.tck.tls.TestAuthority;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeshCheckTest {
  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZg==";
  private static final String OTHER_KEY = "ZmVkY2JhOTg3NjU0MzIxMA==";

  private final Map<String, Map<String, Object>> configurations = new HashMap<>();

  @Test
  void theCheckIsFoundWithoutAFramework() {
    assertTrue(
        ServiceLoader.load(ConfigurationCheck.class).stream()
            .anyMatch(check -> check.type() == MeshCheck.class));
  }

  @Test
  void aFileWithoutAClusterHasNothingToCheck() {
    assertEquals(List.of(), ids());
  }

  @Test
  void aPeerThatAnswersByTcpAndUdpIsFineAndDoesNotTakeUsForAMember() {
    try (TestNode node = TestNode.start("us-1", Map.of("secret__keys", new String[] {KEY}))) {
      mesh(node.port(), KEY);
      assertEquals(List.of(), ids());
      assertEquals(1, node.membership().view().members().size());
      assertEquals(List.of(), node.membership().strangers());
    }
  }

  @Test
  void aPeerWithAnotherKeyIsNamed() {
    try (TestNode node = TestNode.start("us-1", Map.of("secret__keys", new String[] {KEY}))) {
      mesh(node.port(), OTHER_KEY);
      assertEquals(List.of("gossip-key-mismatch"), ids());
      mesh(node.port());
      assertEquals(List.of("gossip-key-mismatch"), ids());
    }
  }

  @Test
  void aPeerWhoseUdpIsClosedIsNamed() throws IOException {
    try (TestNode node = TestNode.start("us-1", Map.of());
        Relay tcpOnly = Relay.to("127.0.0.1", node.port())) {
      mesh(tcpOnly.port());
      assertEquals(List.of("port-closed"), ids());
    }
  }

  @Test
  void aPeerThatIsNotThereAndANameWithoutAnAddressAreNamed() throws IOException {
    mesh(FreePorts.next());
    assertEquals(List.of("peer-unreachable"), ids());
    configurations.get("bifrost.sync.membership").put("peers", "nobody.invalid:10101");
    assertTrue(findings().stream().anyMatch(f -> f.cause().contains("cannot be resolved")));
  }

  @Test
  void aPortThatIsTakenIsNamed() throws IOException {
    try (TestNode node = TestNode.start("us-1", Map.of());
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      mesh(node.port());
      configurations.get("bifrost.sync.membership").put("port", taken.getLocalPort());
      assertEquals(List.of("port-taken"), ids());
    }
  }

  @Test
  void discoveryThatIsOffIsNamed() {
    mesh(1);
    configurations.get("bifrost.sync.membership").remove("peers");
    assertEquals(List.of("discovery-off"), ids());
  }

  @Test
  void aRegionalMethodWithSeveralRegionsIsNamed() {
    mesh(1);
    Map<String, Object> membership = configurations.get("bifrost.sync.membership");
    membership.remove("peers");
    membership.put("expected_regions", new String[] {"eu", "us"});
    configurations.put("bifrost.discovery.mdns", Map.of());
    assertEquals(List.of("discovery-scope"), ids());
  }

  @Test
  void aLoopbackAddressForPeersElsewhereIsNamed() {
    mesh(1);
    Map<String, Object> membership = configurations.get("bifrost.sync.membership");
    membership.put("peers", "192.0.2.77:10101");
    assertTrue(ids().contains("advertise-address"));
  }

  @Test
  void certificatesThatCannotBeUsedAreNamed(@TempDir Path folder) throws IOException {
    mesh(1);
    Map<String, Object> membership = configurations.get("bifrost.sync.membership");
    membership.remove("peers");
    configurations.put("bifrost.discovery.none", Map.of());
    Map<String, Object> grpc = configurations.get("bifrost.sync.replication");
    TestAuthority authority = new TestAuthority("mesh");
    authority.node("eu-1").write(folder);
    for (String name : List.of("cert", "key", "ca")) {
      grpc.put("tls." + name, folder.resolve(name + ".pem").toString());
    }
    assertEquals(List.of(), ids());
    Instant now = Instant.now();
    authority
        .request("eu-1")
        .valid(now.minusSeconds(900), now.minusSeconds(60))
        .issue()
        .write(folder);
    assertEquals(List.of("tls-files"), ids());
    Files.writeString(folder.resolve("cert.pem"), "no certificate");
    assertEquals(List.of("tls-files"), ids());
  }

  @Test
  void aBackendThatIsDarkAndOneThatRefusesTheCredentialsAreNamed() throws IOException {
    mesh(1);
    configurations.get("bifrost.sync.membership").remove("peers");
    int closed = FreePorts.next();
    String dark = "127.0.0.1:" + closed;
    configurations.put(
        "bifrost.discovery.etcd", Map.of("etcd_endpoints", new String[] {"http://" + dark}));
    assertEquals(List.of("discovery-unreachable"), ids());
    configurations.remove("bifrost.discovery.etcd");
    configurations.put(
        "bifrost.discovery.dns",
        Map.of("dns_names", "bifrost.test", "dns_servers", new String[] {dark}));
    assertEquals(List.of("discovery-unreachable"), ids());
    configurations.remove("bifrost.discovery.dns");
    HttpServer backend =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
    backend.createContext(
        "/",
        exchange -> {
          boolean token =
              "good-token".equals(exchange.getRequestHeaders().getFirst("X-Consul-Token"));
          String body = new String(exchange.getRequestBody().readAllBytes());
          boolean password = body.contains("\"password\": \"good\\u0022\"");
          exchange.sendResponseHeaders(token || password ? 200 : 403, -1);
          exchange.close();
        });
    backend.start();
    try {
      String address = "127.0.0.1:" + backend.getAddress().getPort();
      configurations.put("bifrost.discovery.consul", Map.of("consul_address", address));
      assertEquals(List.of("discovery-unauthorised"), ids());
      configurations.put(
          "bifrost.discovery.consul",
          Map.of("consul_address", address, "consul_token", "good-token"));
      assertEquals(List.of(), ids());
      configurations.remove("bifrost.discovery.consul");
      Map<String, Object> etcd = new HashMap<>();
      etcd.put("etcd_endpoints", new String[] {"http://" + dark, "http://" + address});
      etcd.put("etcd_user", "node");
      etcd.put("etcd_password", "bad-password");
      configurations.put("bifrost.discovery.etcd", etcd);
      assertEquals(List.of("discovery-unauthorised"), ids());
      assertTrue(findings().stream().noneMatch(f -> f.toString().contains("bad-password")));
      etcd.put("etcd_password", "good\"");
      assertEquals(List.of(), ids());
    } finally {
      backend.stop(0);
    }
  }

  @Test
  void aCheckThatDoesNotEndOrFailsIsAFindingAndTakesNoOtherAway() {
    Symptom found =
        Symptom.of(Fault.PORT_TAKEN, "gossip", "The port is taken.", "in use", "Free it.");
    List<Symptom> symptoms =
        MeshCheck.run(
            List.of(
                new MeshCheck.Check("this host's ports", () -> List.of(found)),
                new MeshCheck.Check(
                    "the configured peers",
                    () -> {
                      new CountDownLatch(1).await();
                      return List.of();
                    }),
                new MeshCheck.Check(
                    "the certificates",
                    () -> {
                      throw new IllegalStateException("a fault of the check");
                    })),
            Duration.ofSeconds(1));
    assertEquals(
        List.of(Fault.PORT_TAKEN, Fault.CHECK_UNFINISHED, Fault.CHECK_UNFINISHED),
        symptoms.stream().map(Symptom::fault).toList());
    assertEquals(
        "The check of the configured peers did not end within 1 s.", symptoms.get(1).cause());
    assertTrue(symptoms.get(2).evidence().contains("a fault of the check"));
  }

  private void mesh(int peer, String... keys) {
    Map<String, Object> membership = new HashMap<>();
    membership.put("node_id", "eu-1");
    membership.put("bind_address", "127.0.0.1");
    membership.put("port", 0);
    membership.put("peers", new String[] {"127.0.0.1:" + peer});
    membership.put("secret_keys", keys);
    configurations.put("bifrost.sync.membership", membership);
    configurations.put("bifrost.sync.replication", new HashMap<>(Map.of("port", 0)));
  }

  private List<Finding> findings() {
    return new MeshCheck().check(configurations, Duration.ofSeconds(20));
  }

  private List<String> ids() {
    return findings().stream().map(Finding::id).sorted().toList();
  }
}
