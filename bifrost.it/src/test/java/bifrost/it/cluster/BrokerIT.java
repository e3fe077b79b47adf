package bifrost.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import bifrost.it.support.Await;
import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Management;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes that can only dial out are one gateway by way of two brokers, and by way of one of them.
 */
class BrokerIT {
  private static final String TOKEN = "a-token-that-only-the-cluster-knows";

  @TempDir private Path folder;

  private final List<GatewayProcess> processes = new ArrayList<>();

  @AfterEach
  void stop() {
    processes.forEach(GatewayProcess::close);
  }

  @Test
  void nodesCountTogetherAndGoOnWhenABrokerIsKilled() throws Exception {
    int first = GatewayProcess.freePort();
    int second = GatewayProcess.freePort();
    GatewayProcess killed = broker(first);
    GatewayProcess other = broker(second);
    GatewayProcess a = node("a", "eu", first, second);
    GatewayProcess b = node("b", "us", first, second);
    killed.awaitLog("broker listens on port " + first);
    other.awaitLog("broker listens on port " + second);
    for (GatewayProcess node : List.of(a, b)) {
      node.awaitReady();
      awaitText(node, "/api/cluster/status", "\"healthy_members\":2");
    }
    assertEquals(200, chat(a));
    long cost = settled(a);
    awaitSettled(b, cost);

    killed.kill();
    killed.awaitExit();
    assertEquals(200, chat(b));
    awaitSettled(a, 2 * cost);
    assertFalse(a.logText().contains("failed, it is at no broker"), a::logText);

    try (Management client = Management.of(a)) {
      Management.Answer ended =
          client.call("DELETE", "/api/governance/virtual-keys/vk-1?wait=cluster&wait_ms=30000");
      assertEquals(List.of("b"), ended.at("cluster", "applied"), ended.text());
    }
    assertEquals(401, chat(b));
    assertFalse((a.logText() + b.logText()).contains(TOKEN));
  }

  @Test
  void aBrokerWithoutATokenDoesNotStart() throws Exception {
    GatewayProcess broker = GatewayProcess.builder().argument("--mode").argument("broker").launch();
    processes.add(broker);
    assertEquals(1, broker.awaitExit());
    broker.awaitLog("The broker stops: BIFROST_BROKER_TOKEN: must have 16 characters or more");
  }

  private GatewayProcess broker(int port) {
    GatewayProcess broker =
        GatewayProcess.builder()
            .argument("--mode")
            .argument("broker")
            .env("BIFROST_BROKER_TOKEN", TOKEN)
            .port(port)
            .launch();
    processes.add(broker);
    return broker;
  }

  private GatewayProcess node(String id, String region, int first, int second) throws IOException {
    Path data = Files.createDirectories(folder.resolve(id));
    GatewayProcess node =
        GatewayProcess.builder()
            .data(data)
            .env("BROKER_TOKEN", TOKEN)
            .config(
                """
                {"encryption_key": "a key for tests, the same on all nodes",
                 "client": {"enforce_auth_on_inference": true},
                 "governance": {
                   "pricing_overrides": [{"id": "p", "model": "echo-1",
                     "prices": {"input_tokens": 1000, "output_tokens": 1000}}],
                   "virtual_keys": [{"id": "vk-1", "name": "web", "value": "sk-bf-web",
                     "allow_all_providers": true,
                     "budgets": [{"id": "b-1", "max_limit": 100, "reset_duration": "1Y"}]}]},
                 "cluster_config": {"enabled": true, "node_id": "%s", "region": "%s",
                   "type": "broker",
                   "broker": {"address": "127.0.0.1:%d,127.0.0.1:%d", "tls": false,
                              "auth_token": "env.BROKER_TOKEN"}}}
                """
                    .formatted(id, region, first, second))
            .launch();
    processes.add(node);
    return node;
  }

  private static int chat(GatewayProcess node) throws Exception {
    try (Management client = Management.of(node)) {
      return client.chat("sk-bf-web", "echo/echo-1", "hello").status();
    }
  }

  private static long settled(GatewayProcess node) throws Exception {
    try (Management client = Management.of(node)) {
      Management.Answer budget = client.call("GET", "/api/governance/budgets/b-1/explain");
      return Math.round(budget.<Number>at("settled").doubleValue() * 1e9);
    }
  }

  private static String call(GatewayProcess node, String path) throws Exception {
    try (Management client = Management.of(node)) {
      return client.call("GET", path).text();
    }
  }

  private static void awaitSettled(GatewayProcess node, long value) throws Exception {
    await("it does not count " + value, () -> settled(node) == value, node);
  }

  private static void awaitText(GatewayProcess node, String path, String text) throws Exception {
    await("no " + text, () -> call(node, path).contains(text), node);
  }

  private static void await(String what, Await.Condition condition, GatewayProcess node)
      throws Exception {
    Await.until(what, node::logText, condition);
  }
}
