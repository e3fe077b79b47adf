package bifrost.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.GatewayProcess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways of two regions that form a cluster from their configuration files alone. */
class ClusterIT {
  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  @TempDir private Path data;

  @Test
  void nodesJoinAndSeeAKillAReturnAndALeaving() throws Exception {
    int portA = GatewayProcess.freePort();
    int portB = GatewayProcess.freePort();
    try (GatewayProcess a = node("node-a", "eu", portA, portB).launch()) {
      try (GatewayProcess b = node("node-b", "us", portB, portA).data(data).launch()) {
        a.awaitReady();
        b.awaitReady();
        a.awaitLog("node-b: joined from 127.0.0.1, region us");
        b.awaitLog("node-a: joined from 127.0.0.1, region eu");
        String status = awaitStatus(a);
        assertTrue(status.contains("\"cluster_health\":\"HEALTHY\""), status);
        assertTrue(status.contains("\"leader\":\"node-a\""), status);
        assertTrue(a.shell("bifrost:members").contains("node-b"));
        b.kill();
        a.awaitLog("node-b: failed");
      }
      try (GatewayProcess b = node("node-b", "us", portB, portA).data(data).start()) {
        b.awaitLog("node-a: joined");
        assertEquals(2, awaitCount(a, "node-b: joined", 2));
        b.terminate();
        b.awaitExit();
        a.awaitLog("node-b: left");
        assertEquals(1, count(a, "node-b: failed"));
      }
      assertFalse(a.logText().contains(KEY));
    }
  }

  private static GatewayProcess.Builder node(String id, String region, int port, int peer) {
    return GatewayProcess.builder()
        .config(
            """
            {"cluster_config": {"enabled": true, "node_id": "%s", "region": "%s",
              "peers": ["127.0.0.1:%d"],
              "gossip": {"port": %d, "bind_address": "127.0.0.1", "secret_keys": ["%s"]},
              "grpc": {"port": 0}}}
            """
                .formatted(id, region, peer, port, KEY));
  }

  /** The components of the cluster start after the listener. */
  private static String awaitStatus(GatewayProcess gateway) throws Exception {
    long end = System.nanoTime() + 30_000_000_000L;
    String status = status(gateway);
    while (!status.contains("cluster_health") && System.nanoTime() < end) {
      Thread.sleep(20);
      status = status(gateway);
    }
    return status;
  }

  private static String status(GatewayProcess gateway) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(gateway.uri("/api/cluster/status")).build(),
              BodyHandlers.ofString())
          .body();
    }
  }

  private static long awaitCount(GatewayProcess gateway, String text, long wanted)
      throws InterruptedException {
    long end = System.nanoTime() + 30_000_000_000L;
    while (count(gateway, text) < wanted && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    return count(gateway, text);
  }

  private static long count(GatewayProcess gateway, String text) {
    return gateway.log().stream().filter(line -> line.contains(text)).count();
  }
}
