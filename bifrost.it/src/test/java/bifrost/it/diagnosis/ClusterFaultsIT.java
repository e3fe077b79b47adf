package bifrost.it.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.Doctor;
import bifrost.it.support.Doctor.Found;
import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Management;
import bifrost.tck.network.PacketRelay;
import bifrost.tck.network.Relay;
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
 * One cluster of gateways with a fault at each: {@code us-1} is reached by TCP only, {@code us-2}
 * by UDP only, {@code ap-1} has another key, {@code lone} tells others a loopback address, and the
 * region {@code ap} is missing.
 */
class ClusterFaultsIT {
  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  private static final String OTHER_KEY = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

  private static final List<AutoCloseable> OPENED = new ArrayList<>();

  private static GatewayProcess eu;
  private static GatewayProcess tcpOnly;
  private static GatewayProcess udpOnly;
  private static GatewayProcess otherKey;
  private static GatewayProcess lone;
  private static int euPort;

  @BeforeAll
  static void start() throws Exception {
    euPort = GatewayProcess.freePort();
    int first = GatewayProcess.freePort();
    int second = GatewayProcess.freePort();
    Relay streams = opened(Relay.to("127.0.0.1", first));
    PacketRelay packets = opened(PacketRelay.to(second));
    eu = node("eu-1", "eu", euPort, euPort, KEY, "127.0.0.1:" + streams.port());
    tcpOnly = node("us-1", "us", first, streams.port(), KEY, "127.0.0.1:" + euPort);
    udpOnly = node("us-2", "us", second, packets.port(), KEY, "127.0.0.1:" + euPort);
    int third = GatewayProcess.freePort();
    otherKey = node("ap-1", "ap", third, third, OTHER_KEY, "127.0.0.1:" + euPort);
    int fourth = GatewayProcess.freePort();
    lone = node("lone", "eu", fourth, fourth, KEY, "192.0.2.77:10101");
    for (GatewayProcess node : List.of(eu, tcpOnly, udpOnly, otherKey, lone)) {
      node.awaitReady();
    }
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
  void aFileIsCheckedBeforeAStart(@TempDir Path folder) throws Exception {
    Doctor.await(eu, "region-missing", "ap");
    assertEquals(List.of(), check(folder, config("x", "us", 0, 0, KEY, "127.0.0.1:" + euPort)));
    assertEquals(
        List.of("gossip-key-mismatch"),
        check(folder, config("x", "us", 0, 0, OTHER_KEY, "127.0.0.1:" + euPort)));
    assertEquals(
        List.of("port-taken", "port-taken"),
        check(folder, config("x", "us", euPort, euPort, KEY, "127.0.0.1:" + euPort)));
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

  private static GatewayProcess node(
      String id, String region, int port, int advertised, String key, String peer) {
    return opened(
        GatewayProcess.builder()
            .jvm("-Xmx192m -XX:TieredStopAtLevel=1")
            .config(config(id, region, port, advertised, key, peer))
            .launch());
  }

  private static String config(
      String id, String region, int port, int advertised, String key, String peer) {
    return """
        {"cluster_config": {"enabled": true, "node_id": "%s", "region": "%s",
          "expected_regions": ["eu", "us", "ap"], "peers": ["%s"],
          "gossip": {"port": %d, "bind_address": "127.0.0.1",
                     "advertise_address": "127.0.0.1:%d", "secret_keys": ["%s"]},
          "grpc": {"port": 0},
          "diagnosis": {"hold_seconds": 1, "test_interval_seconds": 1}}}
        """
        .formatted(id, region, peer, port, advertised == 0 ? 10101 : advertised, key);
  }

  private static <T extends AutoCloseable> T opened(T closeable) {
    OPENED.add(closeable);
    return closeable;
  }
}
