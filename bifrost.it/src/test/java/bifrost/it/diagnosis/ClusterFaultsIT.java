package bifrost.it.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.it.support.Doctor;
import bifrost.it.support.Doctor.Found;
import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Management;
import bifrost.tck.network.PacketRelay;
import bifrost.tck.network.Relay;
import bifrost.tck.tls.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One cluster of gateways with a fault at each, or more: {@code us-1} is reached by TCP only, its
 * clock is ahead, and neither it nor {@code eu-1} says rightly where its replication is; {@code
 * us-2} is reached by UDP only, and its replication alone uses TLS; these two look for each other
 * under different names; another node has the id of {@code us-2}; {@code ap-1} has another key;
 * {@code lone} tells others a loopback address, and no bundle offers its method of discovery; and
 * the region {@code ap} is missing.
 */
class ClusterFaultsIT {
  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  private static final String OTHER_KEY = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

  private static final List<AutoCloseable> OPENED = new ArrayList<>();

  @TempDir private static Path folder;

  private static GatewayProcess eu;
  private static GatewayProcess tcpOnly;
  private static GatewayProcess udpOnly;
  private static GatewayProcess otherKey;
  private static GatewayProcess lone;
  private static int euPort;

  @BeforeAll
  static void start() throws Exception {
    euPort = GatewayProcess.freePort();
    String seed = "127.0.0.1:" + euPort;
    int first = GatewayProcess.freePort();
    int second = GatewayProcess.freePort();
    int broadcasts = GatewayProcess.freePort();
    TestAuthority authority = new TestAuthority("mesh");
    Relay streams = opened(Relay.to("127.0.0.1", first));
    PacketRelay packets = opened(PacketRelay.to(second));
    eu =
        start(node("eu-1", "eu", "127.0.0.1:" + streams.port()).gossip(euPort).replicationAtHttp());
    Node ahead =
        node("us-1", "us", seed)
            .gossip(first)
            .advertising("127.0.0.1:" + streams.port())
            .replicationAtHttp()
            .broadcasting(broadcasts, "blue");
    tcpOnly = start(Node.fakeTime().isPresent() ? ahead.clock("+20s") : ahead);
    udpOnly =
        start(
            node("us-2", "us", seed)
                .gossip(second)
                .advertising("127.0.0.1:" + packets.port())
                .tls(authority, "us-2", folder)
                .broadcasting(broadcasts, "green"));
    otherKey = start(node("ap-1", "ap", seed).keys(OTHER_KEY));
    lone =
        start(
            node("lone", "eu", "192.0.2.77:10101").discovery("folder", "\"folder\": \"/nowhere\""));
    for (GatewayProcess node : List.of(eu, tcpOnly, udpOnly, otherKey, lone)) {
      node.awaitReady();
    }
    start(node("us-2", "us", seed).tls(authority, "us-2", folder));
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable last : OPENED.reversed()) {
      last.close();
    }
  }

  @Test
  void closedUdpIsNamedWithItsDirection() throws Exception {
    Found found = Doctor.await(eu, "port-closed-one-way", "gossip UDP eu -> us");
    assertTrue(found.cause().contains("from eu-1 to us-1"), found.text());
    assertTrue(found.cause().contains("in that direction only"), found.text());
    Doctor.await(tcpOnly, "port-closed-one-way", "gossip UDP eu -> us");
  }

  @Test
  void closedTcpIsNamedWithItsDirection() throws Exception {
    Found found = Doctor.await(eu, "port-closed-one-way", "gossip TCP eu -> us");
    assertTrue(found.cause().contains("from eu-1 to us-2"), found.text());
    Doctor.await(udpOnly, "port-closed-one-way", "gossip TCP eu -> us");
  }

  @Test
  void anotherKeyIsNamedOnBothSides() throws Exception {
    Doctor.await(eu, "gossip-key-mismatch", "127.0.0.1");
    Found found = Doctor.await(otherKey, "gossip-key-mismatch", "127.0.0.1:" + euPort);
    assertEquals("error", found.severity());
    otherKey.awaitLog("WARN .*gossip-key-mismatch");
    for (GatewayProcess node : List.of(eu, otherKey)) {
      assertFalse(node.logText().contains(KEY) || node.logText().contains(OTHER_KEY));
    }
  }

  @Test
  void aMissingRegionIsNamedAndThatDiscoveryIsOff() throws Exception {
    Found region = Doctor.await(eu, "region-missing", "ap");
    assertTrue(region.cause().contains("discovery is off"), region.text());
    Doctor.await(eu, "discovery-off", "");
  }

  @Test
  void aLoopbackAddressForPeersElsewhereIsNamed() throws Exception {
    Found found = Doctor.await(lone, "advertise-address", "lone");
    assertTrue(found.text().contains("192.0.2.77"), found.text());
    Doctor.await(lone, "peer-unreachable", "192.0.2.77:10101");
  }

  @Test
  void aMethodThatNoBundleOffersIsNamed() throws Exception {
    Doctor.await(lone, "discovery-missing", "folder");
  }

  @Test
  void aClockThatIsAheadIsNamedOnBothSides() throws Exception {
    assumeTrue(Node.fakeTime().isPresent(), Node.NO_FAKE_TIME);
    Found ahead = Doctor.await(eu, "clock-skew", "us-1");
    assertTrue(ahead.cause().contains("us-1 is ahead of this node's by"), ahead.text());
    Found behind = Doctor.await(tcpOnly, "clock-skew", "eu-1");
    assertTrue(behind.cause().contains("eu-1 is behind this node's by"), behind.text());
  }

  @Test
  void replicationByTlsOnOneSideOnlyIsNamedOnBothSides() throws Exception {
    Doctor.await(eu, "tls-mismatch", "us-2");
    Doctor.await(udpOnly, "tls-mismatch", "eu-1");
  }

  @Test
  void aMemberThatGossipsAndDoesNotReplicateIsNamedOnBothSides() throws Exception {
    Found found = Doctor.await(eu, "not-syncing", "us-1");
    assertEquals("error", found.severity());
    assertTrue(found.text().contains("path none"), found.text());
    Doctor.await(tcpOnly, "not-syncing", "eu-1");
  }

  @Test
  void membersWithDifferentServiceNamesAreNamed() throws Exception {
    Found found = Doctor.await(tcpOnly, "service-name-mismatch", "");
    assertTrue(found.text().contains("us-2 uses 'green' with udp"), found.text());
  }

  @Test
  void aMethodThatCannotSeeTheMissingRegionIsNamed() throws Exception {
    Doctor.await(tcpOnly, "discovery-scope", "udp");
    Found region = Doctor.await(tcpOnly, "region-missing", "ap");
    assertTrue(region.cause().contains("cannot see beyond this region"), region.text());
  }

  @Test
  void twoNodesWithOneIdAreNamed() throws Exception {
    Found found = Doctor.await(eu, "duplicate-node-id", "us-2");
    assertTrue(found.text().contains("claimed at 127.0.0.1:"), found.text());
  }

  @Test
  void allWaysInShowTheSame() throws Exception {
    Doctor.await(eu, "region-missing", "ap");
    Doctor.Run run = Doctor.run("--port", Integer.toString(eu.port()), "--json");
    assertEquals(1, run.status(), run.output());
    assertTrue(
        Doctor.findings(run.output()).stream().anyMatch(f -> f.id().equals("region-missing")));
    Doctor.Run text = Doctor.run("--url", eu.uri("").toString());
    assertEquals(1, text.status());
    assertTrue(text.output().contains("region-missing [ap]"), text.output());
    assertTrue(eu.shell("bifrost:doctor").contains("region-missing [ap]"));
    try (Management management = Management.of(eu)) {
      String metrics = management.call("GET", "/metrics").text();
      assertTrue(
          metrics.contains("bifrost_cluster_finding{id=\"region-missing\",severity=\"error\"} 1"),
          metrics);
    }
  }

  @Test
  void aFileIsCheckedBeforeAStart() throws Exception {
    Doctor.await(eu, "region-missing", "ap");
    String seed = "127.0.0.1:" + euPort;
    assertEquals(List.of(), check(folder, node("x", "us", seed).json()));
    assertEquals(
        List.of("gossip-key-mismatch"),
        check(folder, node("x", "us", seed).keys(OTHER_KEY).json()));
    assertEquals(
        List.of("port-taken", "port-taken"),
        check(folder, node("x", "us", seed).gossip(euPort).json()));
    assertEquals(
        List.of("discovery-scope"),
        check(
            folder,
            """
            {"cluster_config": {"enabled": true, "region": "eu", "expected_regions": ["eu", "us"],
              "gossip": {"port": 0}, "grpc": {"port": 0},
              "discovery": {"enabled": true, "type": "mdns", "service_name": "x"}}}
            """));
    assertEquals(List.of("config-invalid"), check(folder, "{\"cluster\": {}}"));
  }

  private static List<String> check(Path folder, String json)
      throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("c.json"), json);
    Doctor.Run run = Doctor.run("--config", file.toString(), "--data=" + folder, "--json");
    List<String> ids =
        Doctor.findings(run.output()).stream()
            .map(Found::id)
            .filter(id -> !id.equals("config-ignored"))
            .toList();
    assertEquals(ids.isEmpty() ? 0 : 1, run.status(), run.output());
    return ids;
  }

  private static Node node(String id, String region, String peer) {
    return new Node(id, region).expecting("eu", "us", "ap").peers(peer).keys(KEY);
  }

  private static GatewayProcess start(Node node) {
    return opened(node.launch());
  }

  private static <T extends AutoCloseable> T opened(T closeable) {
    OPENED.add(closeable);
    return closeable;
  }
}
