package bifrost.it.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.it.support.Await;
import bifrost.it.support.Doctor;
import bifrost.it.support.Doctor.Found;
import bifrost.it.support.GatewayProcess;
import bifrost.tck.etcd.EtcdCluster;
import bifrost.tck.network.PacketRelay;
import bifrost.tck.network.Relay;
import bifrost.tck.tls.TestAuthority;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * One fault at a time. A third gateway joins a healthy pair of two regions, and each of the three
 * finds that fault and nothing else; when it has left, the pair is healthy again, and its log has
 * one line for the beginning and one for the end of each finding. Faults that a pair cannot have
 * beside it get gateways of their own.
 */
@EnabledIfSystemProperty(named = "bifrost.long", matches = "true")
class OneFaultIT {
  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  private static final String OTHER_KEY = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

  private static final List<AutoCloseable> PAIR = new ArrayList<>();
  private static final TestAuthority AUTHORITY = new TestAuthority("mesh");

  @TempDir private static Path folder;

  private static GatewayProcess eu;
  private static GatewayProcess us;
  private static int euPort;
  private static int usPort;

  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeAll
  static void startPair() throws Exception {
    euPort = GatewayProcess.freePort();
    usPort = GatewayProcess.freePort();
    eu = keep(member("eu-1", "eu").gossip(euPort).peers("127.0.0.1:" + usPort).launch());
    us = keep(member("us-1", "us").gossip(usPort).peers("127.0.0.1:" + euPort).launch());
    eu.awaitReady();
    us.awaitReady();
    awaitExactly(eu);
    awaitExactly(us);
  }

  @AfterAll
  static void stopPair() throws Exception {
    for (AutoCloseable last : PAIR.reversed()) {
      last.close();
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable last : opened.reversed()) {
      last.close();
    }
    awaitExactly(eu);
    awaitExactly(us);
    awaitPairedLines(eu);
    awaitPairedLines(us);
  }

  @Test
  void clockSkew() throws Exception {
    assumeTrue(Node.fakeTime().isPresent(), Node.NO_FAKE_TIME);
    GatewayProcess third = third(member("us-2", "us").clock("+20s"));
    awaitExactly(eu, "clock-skew [us-2]");
    awaitExactly(us, "clock-skew [us-2]");
    awaitExactly(third, "clock-skew [eu-1]", "clock-skew [us-1]");
  }

  @Test
  void noTls() throws Exception {
    tlsMismatch(new Node("us-2", "us").expecting("eu", "us").keys(KEY));
  }

  @Test
  void anotherAuthority() throws Exception {
    tlsMismatch(
        new Node("us-2", "us")
            .expecting("eu", "us")
            .keys(KEY)
            .tls(new TestAuthority("another"), "us-2", folder));
  }

  @Test
  void theCertificateOfAnotherNode() throws Exception {
    GatewayProcess third =
        third(
            new Node("us-2", "us")
                .expecting("eu", "us")
                .keys(KEY)
                .tls(AUTHORITY, "somebody-else", folder));
    awaitExactly(eu, "tls-mismatch [us-2]");
    awaitExactly(us, "tls-mismatch [us-2]");
    // It sees only that the others hang up.
    awaitExactly(third, "not-syncing [eu-1]", "not-syncing [us-1]");
  }

  private void tlsMismatch(Node node) throws Exception {
    GatewayProcess third = third(node);
    awaitExactly(eu, "tls-mismatch [us-2]");
    awaitExactly(us, "tls-mismatch [us-2]");
    awaitExactly(third, "tls-mismatch [eu-1]", "tls-mismatch [us-1]");
  }

  @Test
  void duplicateNodeId() throws Exception {
    third(member("us-1", "us"));
    Found found = Doctor.await(eu, "duplicate-node-id", "us-1");
    assertTrue(found.text().contains("127.0.0.1:" + usPort), found.text());
  }

  @Test
  void anotherGossipKey() throws Exception {
    GatewayProcess third = third(member("us-2", "us").keys(OTHER_KEY));
    awaitExactly(eu, "gossip-key-mismatch [127.0.0.1]");
    awaitExactly(
        third,
        "gossip-key-mismatch [127.0.0.1:%d]".formatted(euPort),
        "discovery-off []",
        "region-missing [eu]");
  }

  @Test
  void noGossipKey() throws Exception {
    third(member("us-2", "us").keys());
    awaitExactly(eu, "gossip-key-mismatch [127.0.0.1]");
    assertTrue(Doctor.await(eu, "gossip-key-mismatch", "").cause().contains("has no gossip key"));
  }

  @Test
  void anotherLabel() throws Exception {
    third(member("us-2", "us").label("green"));
    awaitExactly(eu, "cluster-label-mismatch [127.0.0.1]");
  }

  @Test
  void udpClosedOneWay() throws Exception {
    int port = GatewayProcess.freePort();
    Relay tcpOnly = opened(Relay.to("127.0.0.1", port));
    third(member("us-2", "us").gossip(port).advertising("127.0.0.1:" + tcpOnly.port()));
    awaitExactly(
        eu,
        "port-closed-one-way [gossip UDP eu -> us]",
        "port-closed-one-way [gossip UDP us -> us]");
  }

  @Test
  void tcpClosedOneWay() throws Exception {
    int port = GatewayProcess.freePort();
    PacketRelay udpOnly = opened(PacketRelay.to(port));
    third(member("us-2", "us").gossip(port).advertising("127.0.0.1:" + udpOnly.port()));
    awaitExactly(
        eu,
        "port-closed-one-way [gossip TCP eu -> us]",
        "port-closed-one-way [gossip TCP us -> us]");
  }

  @Test
  void aRegionThatNobodyExpects() throws Exception {
    third(new Node("us-2", "su").keys(KEY).tls(AUTHORITY, "us-2", folder));
    awaitExactly(eu, "region-unexpected [su]");
    awaitExactly(us, "region-unexpected [su]");
  }

  @Test
  void gossipingAndNotReplicating() throws Exception {
    int port = GatewayProcess.freePort();
    GatewayProcess one =
        start(new Node("a-1", "a").gossip(port).peers("127.0.0.1:" + port).replicationAtHttp());
    GatewayProcess two = start(new Node("b-1", "b").peers("127.0.0.1:" + port).replicationAtHttp());
    awaitExactly(one, "not-syncing [b-1]");
    awaitExactly(two, "not-syncing [a-1]");
  }

  @Test
  void replicationClosedOneWay() throws Exception {
    third(member("us-2", "us").replicationAt("127.0.0.1:1"));
    awaitExactly(
        eu,
        "port-closed-one-way [replication TCP eu -> us]",
        "port-closed-one-way [replication TCP us -> us]");
  }

  @Test
  void replicationClosedBothWays() throws Exception {
    int port = GatewayProcess.freePort();
    String itself = "127.0.0.1:" + port;
    GatewayProcess one =
        start(new Node("a-1", "a").gossip(port).peers(itself).replicationAt("127.0.0.1:1"));
    GatewayProcess two = start(new Node("b-1", "b").peers(itself).replicationAt("127.0.0.1:2"));
    awaitExactly(one, "port-closed [replication TCP a -> b]");
    awaitExactly(two, "port-closed [replication TCP a -> b]");
    assertEquals("error", Doctor.await(one, "port-closed", "").severity());
  }

  @Test
  void discoveryThatIsOff() throws Exception {
    GatewayProcess alone = start(new Node("a-1", "a").peers("127.0.0.1:1"));
    awaitExactly(alone, "discovery-off []", "peer-unreachable [127.0.0.1:1]");
  }

  @Test
  void discoveryThatSeesItsOwnRegionOnly() throws Exception {
    int broadcasts = GatewayProcess.freePort();
    Node[] nodes = {
      new Node("a-1", "a").expecting("a", "b").broadcasting(broadcasts, "x"),
      new Node("a-2", "a").expecting("a", "b").broadcasting(broadcasts, "x")
    };
    for (Node node : nodes) {
      GatewayProcess gateway = start(node);
      awaitContains(gateway, "discovery-scope [udp]", "region-missing [b]");
    }
  }

  @Test
  void anotherServiceNameInTheBackendAndAnAloneNode() throws Exception {
    assumeTrue(EtcdCluster.isInstalled(), EtcdCluster.MISSING);
    EtcdCluster etcd = opened(EtcdCluster.start(1));
    GatewayProcess one = start(new Node("a-1", "a").discovery("etcd", etcd(etcd, "blue")));
    awaitExactly(one, "no-peers-found [etcd]");
    GatewayProcess two = start(new Node("a-2", "a").discovery("etcd", etcd(etcd, "green")));
    awaitExactly(one, "service-name-mismatch [etcd]");
    awaitExactly(two, "service-name-mismatch [etcd]");
  }

  private static String etcd(EtcdCluster etcd, String serviceName) {
    return "\"service_name\": \"%s\", \"etcd_endpoints\": [\"%s\"]"
        .formatted(serviceName, etcd.endpoint(0));
  }

  private static Node member(String id, String region) throws Exception {
    return new Node(id, region).expecting("eu", "us").keys(KEY).tls(AUTHORITY, id, folder);
  }

  private GatewayProcess third(Node node) throws Exception {
    return start(node.peers("127.0.0.1:" + euPort));
  }

  private GatewayProcess start(Node node) throws Exception {
    GatewayProcess gateway = opened(node.launch());
    gateway.awaitReady();
    return gateway;
  }

  /**
   * Waits until a gateway has tested the ports of others lately and finds this and nothing else.
   */
  private static void awaitExactly(GatewayProcess gateway, String... wanted) throws Exception {
    await(gateway, found -> found.equals(Set.of(wanted)), List.of(wanted));
  }

  private static void awaitContains(GatewayProcess gateway, String... wanted) throws Exception {
    await(gateway, found -> found.containsAll(Set.of(wanted)), List.of(wanted));
  }

  private interface Condition {
    boolean holds(Set<String> found);
  }

  private static void await(GatewayProcess gateway, Condition condition, List<String> wanted)
      throws Exception {
    AtomicReference<List<Found>> last = new AtomicReference<>(List.of());
    Await.until(
        "not " + wanted,
        () -> last + "\n" + gateway.logText(),
        () -> {
          last.set(Doctor.findings(gateway));
          return condition.holds(
              last.get().stream()
                  .map(finding -> finding.id() + " [" + finding.subject() + "]")
                  .collect(Collectors.toSet()));
        });
  }

  /** One WARN for each finding that appeared, one INFO for its end: the node is healthy now. */
  private static void awaitPairedLines(GatewayProcess gateway) throws Exception {
    long appeared = lines(gateway, " WARN ");
    assertEquals(appeared, lines(gateway, ": over; it was there since"), gateway.logText());
  }

  private static long lines(GatewayProcess gateway, String part) {
    return gateway.log().stream()
        .filter(line -> line.contains("DiagnosisComponent") && line.contains(part))
        .count();
  }

  private static <T extends AutoCloseable> T keep(T closeable) {
    PAIR.add(closeable);
    return closeable;
  }

  private <T extends AutoCloseable> T opened(T closeable) {
    opened.add(closeable);
    return closeable;
  }
}
