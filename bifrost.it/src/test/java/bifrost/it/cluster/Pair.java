package bifrost.it.cluster;

import bifrost.it.support.Await;
import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Management;
import bifrost.it.support.Management.Answer;
import bifrost.tck.tls.TestAuthority;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Two gateways of two regions, each with a store of its own, that form a cluster from their
 * configuration files alone: gossip is encrypted, links have mutual TLS, the heap is small.
 */
final class Pair implements AutoCloseable {
  /** How many calls the key {@code sk-bf-shared} may make. */
  static final int LIMIT = 5;

  static final String GOSSIP_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  private final Path folder;
  private final int portA = GatewayProcess.freePort();
  private final int portB = GatewayProcess.freePort();
  private final int linkPortA = GatewayProcess.freePort();
  private final GatewayProcess a;
  private GatewayProcess b;

  /** Starts both, and waits until they are ready. */
  Pair(Path folder, TestAuthority authority) throws Exception {
    this.folder = folder;
    trust("node-a", authority);
    trust("node-b", authority);
    this.a = launch("node-a", "eu", portA, portB, linkPortA);
    try {
      this.b = launch("node-b", "us", portB, portA, 0);
      a.awaitReady();
      b.awaitReady();
    } catch (Exception | AssertionError e) {
      close();
      throw e;
    }
  }

  GatewayProcess a() {
    return a;
  }

  GatewayProcess b() {
    return b;
  }

  /** The port of replication of the first. */
  int linkPort() {
    return linkPortA;
  }

  /** Gives a node a new certificate, of some authority that it trusts from now on. */
  void trust(String node, TestAuthority authority) {
    authority.node(node).write(folder.resolve(node).resolve("tls"));
  }

  /** Starts the second one again, with what it had kept. */
  void startBAgain() throws Exception {
    b.close();
    b = launch("node-b", "us", portB, portA, 0);
    b.awaitReady();
  }

  /** Waits until each gets what the other writes. */
  void awaitLinked() throws Exception {
    for (GatewayProcess node : new GatewayProcess[] {a, b}) {
      await(
          "no link",
          () -> {
            String status = get(node, "/api/cluster/status");
            return status.contains("\"path\":\"direct\"") && status.contains("\"lag_ms\":");
          });
    }
  }

  void await(String what, Await.Condition condition) throws Exception {
    Await.until(what, () -> a.logText() + "\n\n" + b.logText(), condition);
  }

  static String get(GatewayProcess node, String path) throws IOException, InterruptedException {
    try (Management client = Management.of(node)) {
      return client.call("GET", path).text();
    }
  }

  static int chat(GatewayProcess node, String key) throws IOException, InterruptedException {
    try (Management client = Management.of(node)) {
      return client.chat(key, "echo/echo-1", "hello").status();
    }
  }

  static Answer manage(GatewayProcess node, String method, String path, String json)
      throws IOException, InterruptedException {
    try (Management client = Management.of(node)) {
      return json.isEmpty() ? client.call(method, path) : client.call(method, path, json);
    }
  }

  private GatewayProcess launch(String id, String region, int port, int peer, int linkPort) {
    Path data = folder.resolve(id);
    return GatewayProcess.builder()
        .data(data)
        .jvm("-Xmx160m -XX:MaxDirectMemorySize=64m")
        .config(
            """
            {"encryption_key": "a key for tests, the same on all nodes",
             "client": {"enforce_auth_on_inference": true},
             "governance": {"virtual_keys": [{"id": "vk", "name": "vk", "value": "sk-bf-shared",
               "allow_all_providers": true,
               "rate_limit": {"request_max_limit": %d, "request_reset_duration": "1Y"}}]},
             "cluster_config": {"enabled": true, "node_id": "%s", "region": "%s",
              "peers": ["127.0.0.1:%d"],
              "gossip": {"port": %d, "bind_address": "127.0.0.1", "secret_keys": ["%s"],
                         "profile": "lan"},
              "grpc": {"port": %d, "bind_address": "127.0.0.1",
                       "tls": {"cert": "%8$s/cert.pem", "key": "%8$s/key.pem",
                               "ca": "%8$s/ca.pem"}}}}
            """
                .formatted(
                    LIMIT, id, region, peer, port, GOSSIP_KEY, linkPort, data.resolve("tls")))
        .launch();
  }

  @Override
  public void close() {
    a.close();
    if (b != null) {
      b.close();
    }
  }
}
