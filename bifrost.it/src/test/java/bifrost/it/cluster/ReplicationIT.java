package bifrost.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.GatewayProcess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Two gateways of two regions that count as one. */
class ReplicationIT {
  private static final int LIMIT = 5;

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void whatIsSpentOnOneNodeCountsOnTheOther() throws Exception {
    int portA = GatewayProcess.freePort();
    int portB = GatewayProcess.freePort();
    try (GatewayProcess a = node("node-a", "eu", portA, portB).launch();
        GatewayProcess b = node("node-b", "us", portB, portA).launch()) {
      a.awaitReady();
      b.awaitReady();
      await(a, "/api/cluster/status", text -> text.contains("\"lag_ms\":"));
      await(b, "/api/cluster/status", text -> text.contains("\"path\":\"direct\""));
      for (int i = 0; i < LIMIT; i++) {
        assertEquals(200, ask(a).statusCode());
      }
      assertEquals(429, ask(a).statusCode());
      String counted = "bifrost_replication_slots_new_total";
      await(b, "/metrics", text -> value(text, counted) >= 2);
      // every answer of b would count on both; its ledger must hold those of a by now
      long end = System.nanoTime() + 10_000_000_000L;
      int admitted = 0;
      while (ask(b).statusCode() == 200 && System.nanoTime() < end) {
        admitted++;
      }
      assertTrue(admitted < LIMIT, admitted + " more than the limit were admitted");
      String metrics = get(a, "/metrics");
      assertTrue(metrics.contains("bifrost_replication_lag_seconds{member=\"node-b\"}"), metrics);
    }
  }

  private static GatewayProcess.Builder node(String id, String region, int port, int peer) {
    return GatewayProcess.builder()
        .config(
            """
            {"client": {"enforce_auth_on_inference": true},
             "governance": {"virtual_keys": [{"id": "vk", "name": "vk", "value": "sk-bf-shared",
               "provider_configs": [
                 {"provider": "echo", "weight": 1, "allowed_models": ["*"], "key_ids": ["*"]}],
               "rate_limit": {"request_max_limit": %d, "request_reset_duration": "1Y"}}]},
             "cluster_config": {"enabled": true, "node_id": "%s", "region": "%s",
              "peers": ["127.0.0.1:%d"],
              "gossip": {"port": %d, "bind_address": "127.0.0.1"}, "grpc": {"port": 0}}}
            """
                .formatted(LIMIT, id, region, peer, port));
  }

  private HttpResponse<String> ask(GatewayProcess gateway) throws Exception {
    return client.send(
        HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
            .header("Authorization", "Bearer sk-bf-shared")
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    """
                    {"model":"echo/echo-1","messages":[{"role":"user","content":"hi"}]}"""))
            .build(),
        BodyHandlers.ofString());
  }

  private String get(GatewayProcess gateway, String path) throws Exception {
    return client
        .send(HttpRequest.newBuilder(gateway.uri(path)).build(), BodyHandlers.ofString())
        .body();
  }

  private void await(GatewayProcess gateway, String path, Predicate<String> wanted)
      throws Exception {
    long end = System.nanoTime() + 40_000_000_000L;
    String text = get(gateway, path);
    while (!wanted.test(text) && System.nanoTime() < end) {
      Thread.sleep(50);
      text = get(gateway, path);
    }
    assertTrue(wanted.test(text), text + gateway.logText());
  }

  private static double value(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElse(0);
  }
}
