package bifrost.it.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.it.support.Doctor;
import bifrost.it.support.Doctor.Found;
import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Management;
import bifrost.tck.dns.DnsServer;
import bifrost.tck.etcd.EtcdCluster;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Gateways whose discovery is at fault, with real backends. */
class DiscoveryFaultsIT {
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable last : opened.reversed()) {
      last.close();
    }
  }

  @Test
  void entriesOfDeadPodsAndADarkResolverAreNamed() throws Exception {
    assumeTrue(DnsServer.isInstalled(), DnsServer.MISSING);
    DnsServer dns = opened(DnsServer.start());
    int port = GatewayProcess.freePort();
    dns.set("nodes", 1, "A 127.0.0.1", "A 127.0.0.99");
    String servers = "\"dns_servers\": [\"%s\"], ".formatted(dns.address());
    String names = "\"dns_names\": [\"%s\"]".formatted(DnsServer.absolute("nodes"));
    GatewayProcess node = node("eu-1", port, "dns", servers + names + ", \"bind_port\": " + port);
    GatewayProcess dark =
        node(
            "eu-2",
            0,
            "dns",
            "\"dns_servers\": [\"127.0.0.1:%d\"], %s".formatted(GatewayProcess.freePort(), names));
    node.awaitReady();
    dark.awaitReady();
    Found dead = Doctor.await(node, "dns-dead-entries", "dns");
    assertTrue(dead.text().contains("127.0.0.99:" + port), dead.text());
    Found unreachable = Doctor.await(dark, "discovery-unreachable", "dns");
    assertEquals("error", unreachable.severity());
    dns.set("nodes", 1, "A 127.0.0.1");
    node.awaitLog("dns-dead-entries .*: over");
  }

  @Test
  void aRefusedPasswordAndADarkEtcdAreNamed() throws Exception {
    assumeTrue(EtcdCluster.isInstalled(), EtcdCluster.MISSING);
    EtcdCluster etcd = opened(EtcdCluster.start(1));
    etcd.addUser("node", "right", "/services/bifrost/");
    etcd.enableAuth("root-password");
    GatewayProcess right = node("eu-1", 0, "etcd", etcd(etcd, "right"));
    GatewayProcess wrong = node("eu-2", 0, "etcd", etcd(etcd, "wrong-password"));
    right.awaitReady();
    wrong.awaitReady();
    Found refused = Doctor.await(wrong, "discovery-unauthorised", "etcd");
    assertFalse(refused.text().contains("wrong-password"), refused.text());
    Doctor.await(right, "no-peers-found", "etcd");
    etcd.kill(0);
    Found dark = Doctor.await(right, "discovery-unreachable", "etcd");
    assertEquals("warning", dark.severity(), dark.text());
  }

  @Test
  void aHealthyClusterHasNoFinding() throws Exception {
    int port = GatewayProcess.freePort();
    int other = GatewayProcess.freePort();
    GatewayProcess eu =
        launch("eu-1", "eu", port, "\"peers\": [\"127.0.0.1:%d\"]".formatted(other));
    GatewayProcess us =
        launch("us-1", "us", other, "\"peers\": [\"127.0.0.1:%d\"]".formatted(port));
    eu.awaitReady();
    us.awaitReady();
    // Each says of the other, for itself and as the other told it: two gossip ports and
    // replication.
    for (GatewayProcess node : List.of(eu, us)) {
      awaitOpen(node, 6);
      Doctor.Run run = Doctor.run("--port=" + node.port());
      assertEquals(0, run.status(), run.output());
      assertTrue(run.output().contains("healthy"), run.output());
    }
  }

  private static void awaitOpen(GatewayProcess node, int ports) throws Exception {
    long end = System.nanoTime() + 60_000_000_000L;
    try (Management management = Management.of(node)) {
      String text = "";
      while (System.nanoTime() < end) {
        text = management.call("GET", "/api/cluster/diagnostics").text();
        if (text.split("\"outcome\":\"open\"", -1).length > ports) {
          return;
        }
        Thread.sleep(100);
      }
      throw new AssertionError("not " + ports + " open ports in " + text);
    }
  }

  private static String etcd(EtcdCluster etcd, String password) {
    return """
        "service_name": "bifrost", "etcd_endpoints": ["%s"], "dial_timeout": "2s",
        "etcd_user": "node", "etcd_password": "%s"
        """
        .formatted(etcd.endpoint(0), password);
  }

  private GatewayProcess node(String id, int port, String type, String fields) {
    return launch(
        id,
        "eu",
        port,
        "\"discovery\": {\"enabled\": true, \"type\": \"%s\", %s}".formatted(type, fields));
  }

  private GatewayProcess launch(String id, String region, int port, String peers) {
    return opened(
        GatewayProcess.builder()
            .jvm("-Xmx192m -XX:TieredStopAtLevel=1")
            .config(
                """
                {"cluster_config": {"enabled": true, "node_id": "%s", "region": "%s", %s,
                  "gossip": {"port": %d, "bind_address": "127.0.0.1", "profile": "lan"},
                  "grpc": {"port": 0},
                  "diagnosis": {"hold_seconds": 1, "test_interval_seconds": 1}}}
                """
                    .formatted(id, region, peers, port))
            .launch());
  }

  private <T extends AutoCloseable> T opened(T closeable) {
    opened.add(closeable);
    return closeable;
  }
}
