package bifrost.it.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.Await;
import bifrost.it.support.GatewayProcess;
import bifrost.tck.postgres.PostgresServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Two dozen nodes, each with a small heap, start together against an empty PostgreSQL. */
class FleetIT {
  private static final int NODES = Integer.getInteger("bifrost.fleet", 24);

  @Test
  @EnabledIfSystemProperty(named = "bifrost.long", matches = "true")
  void nodesThatStartTogetherMakeOneSchemaAndAllServe() throws Exception {
    List<GatewayProcess> nodes = new ArrayList<>();
    try (PostgresServer database = PostgresServer.start()) {
      long start = System.nanoTime();
      String config =
          Calls.config(
                  """
                  "write": {"url": "%s", "user": "postgres"}, "max_connections": 2
                  """
                      .formatted(database.url()),
                  1_000_000)
              .replaceFirst("\\{", "{\"providers\": {\"echo\": {}}, ");
      for (int i = 0; i < NODES; i++) {
        nodes.add(GatewayProcess.builder().config(config).jvm("-Xmx160m").launch());
      }
      for (GatewayProcess node : nodes) {
        Calls calls = new Calls(node);
        calls.await(200, Calls.KEY);
        Await.until(
            "not ready", node::logText, () -> calls.get("/ready").contains("\"ready\":true"));
      }
      System.out.printf(
          "%d nodes are ready %.1f s after the first was started%n",
          NODES, (System.nanoTime() - start) / 1e9);
      for (GatewayProcess node : nodes) {
        new Calls(node).awaitDrained();
        String log = node.logText();
        assertTrue(!log.contains("ERROR") && !log.contains("WARN") && !log.contains("\tat "), log);
      }
      String versions = database.query("SELECT count(*) FROM schema_migration");
      assertEquals(
          versions,
          Long.toString(
              nodes.stream()
                  .flatMap(node -> node.log().stream())
                  .filter(line -> line.contains("schema is at version"))
                  .count()),
          "each step was made once");
      assertEquals(
          Integer.toString(NODES),
          database.query("SELECT count(DISTINCT node_id) FROM request_log WHERE status = 200"));
      assertEquals(
          "1", database.query("SELECT count(*) FROM config_entity WHERE entity_id = 'vk-1'"));
    } finally {
      nodes.forEach(GatewayProcess::close);
    }
  }
}
