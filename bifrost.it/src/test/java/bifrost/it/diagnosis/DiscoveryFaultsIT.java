package bifrost.it.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.it.support.Await;
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
  /** Of a network of some other site (RFC 4193): there is no way to it. */
  private static final String UNROUTED = "fd12:3456:789a:0:0:0:0:1";

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
    dns.set("nodes", 1, "A 127.0.0.1", "A 127.0.0.99", "A 10.9.9.9");
    String servers = "\"dns_servers\": [\"%s\"], ".formatted(dns.address());
    String names =
        "\"allowed_address_space\": [\"127.0.0.0/8\"], \"dns_names\": [\"%s\"]"
            .formatted(DnsServer.absolute("nodes"));
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
    assertFalse(dead.text().contains("10.9.9.9"), dead.text());
    Found outside = Doctor.await(node, "discovery-entries-unusable", "dns");
    assertTrue(outside.text().contains("1 outside allowed_address_space"), outside.text());
    Found unreachable = Doctor.await(dark, "discovery-unreachable", "dns");
    assertEquals("error", unreachable.severity());
    assertTrue(unreachable.cause().contains("does not answer"), unreachable.text());
    dns.set("nodes", 1, "A 127.0.0.1");
    node.awaitLog("dns-dead-entries .*: over");
    dns.set("nodes", 1, "TXT nobody");
    Found unusable = Doctor.await(node, "discovery-unusable", "dns");
    assertTrue(unusable.text().contains("has no A or AAAA record"), unusable.text());
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
  void aPrivateAddressThatAnotherRegionCannotReachIsNamedThere() throws Exception {
    assumeTrue(EtcdCluster.isInstalled(), EtcdCluster.MISSING);
    EtcdCluster etcd = opened(EtcdCluster.start(1));
    int port = GatewayProcess.freePort();
    String address = "[%s]:%d".formatted(UNROUTED, port);
    GatewayProcess eu = node("eu-1", 0, "etcd", etcd(etcd));
    GatewayProcess us =
        opened(
            new Node("us-1", "us")
                .gossip(port)
                .advertising(address)
                .discovery("etcd", etcd(etcd))
                .launch());
    eu.awaitReady();
    us.awaitReady();
    // while it joins it is known by its id, and by its entry in etcd while it is gone
    Await.until(
        "no private address",
        eu::logText,
        () ->
            Doctor.findings(eu).stream()
                .filter(found -> found.id().equals("advertise-address"))
                .filter(found -> found.severity().equals("error"))
                .filter(found -> found.cause().startsWith("us-1 of region us advertises a private"))
                .anyMatch(found -> found.text().contains(address)));
  }

  @Test
  void aHealthyClusterHasNoFinding() throws Exception {
    int port = GatewayProcess.freePort();
    int other = GatewayProcess.freePort();
    GatewayProcess eu =
        opened(new Node("eu-1", "eu").gossip(port).peers("127.0.0.1:" + other).launch());
    GatewayProcess us =
        opened(new Node("us-1", "us").gossip(other).peers("127.0.0.1:" + port).launch());
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
    try (Management management = Management.of(node)) {
      Await.until(
          "not " + ports + " open ports",
          node::logText,
          () ->
              management
                      .call("GET", "/api/cluster/diagnostics")
                      .text()
                      .split("\"outcome\":\"open\"", -1)
                      .length
                  > ports);
    }
  }

  private static String etcd(EtcdCluster etcd) {
    return "\"service_name\": \"bifrost\", \"etcd_endpoints\": [\"%s\"], \"dial_timeout\": \"2s\""
        .formatted(etcd.endpoint(0));
  }

  private static String etcd(EtcdCluster etcd, String password) {
    return "%s, \"etcd_user\": \"node\", \"etcd_password\": \"%s\"".formatted(etcd(etcd), password);
  }

  private GatewayProcess node(String id, int port, String type, String fields) {
    return opened(new Node(id, "eu").gossip(port).discovery(type, fields).launch());
  }

  private <T extends AutoCloseable> T opened(T closeable) {
    opened.add(closeable);
    return closeable;
  }
}
