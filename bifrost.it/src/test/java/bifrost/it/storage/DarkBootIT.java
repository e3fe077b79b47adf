package bifrost.it.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Relay;
import bifrost.tck.postgres.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node starts while every way to its database hangs. */
class DarkBootIT {
  @TempDir private Path data;

  private PostgresServer database;
  private Relay relay;

  @BeforeEach
  void startDatabase() throws Exception {
    database = PostgresServer.start();
    relay = Relay.to(database.port());
  }

  @AfterEach
  void stopDatabase() throws Exception {
    relay.close();
    database.close();
  }

  @Test
  void withEverythingDarkItServesWhatItLastKnewAndRefusesWhatItDoesNotKnow() throws Exception {
    try (GatewayProcess first = start()) {
      Calls calls = new Calls(first);
      calls.await(200, Calls.KEY);
      assertEquals(200, calls.chat(Calls.KEY));
      calls.awaitDrained();
      first.terminate();
      first.awaitExit();
    }
    relay.swallow();
    try (GatewayProcess dark = start()) {
      Calls calls = new Calls(dark);
      calls.await(200, Calls.KEY);
      System.out.printf(
          "first answer with everything dark: %.2f s after the start of the process%n",
          (System.nanoTime() - dark.startedNanos()) / 1e9);
      assertEquals(401, calls.chat("sk-bf-unknown-0123456789"), "authentication is not relaxed");
      dark.awaitReady();
      String ready = calls.get("/ready");
      assertTrue(ready.contains("\"source\":\"local snapshot\""), ready);
      assertTrue(ready.contains("\"booted_from\":true,\"caught_up\":false"), ready);
      assertTrue(calls.get("/metrics").contains("bifrost_boot_dark 1"), "metrics say it");
      assertEquals(429, calls.chat(Calls.KEY), "3 of 3 requests an hour, 2 of them before");
      assertTrue(dark.shell("bifrost:status").contains("no store could be read yet"));

      database.query(
          "UPDATE config_entity SET content = NULL, deleted = true,"
              + " version_time = version_time + (1::bigint << 50) WHERE entity_id = 'team-1'");
      relay.open(Duration.ZERO);
      dark.awaitLog("caught up with the (write|read) endpoint .* 1 were newer");
      calls.awaitDrained();
      assertTrue(calls.get("/ready").contains("\"caught_up\":true"));
      assertEquals(
          "3", database.query("SELECT count(*) FROM request_log WHERE status = 200"), "all arrive");
      assertFalse(dark.logText().contains("Circular reference"));
    }
  }

  private GatewayProcess start() {
    return GatewayProcess.builder()
        .config(
            Calls.config(
                """
                "write": {"url": "jdbc:postgresql://127.0.0.1:%d/postgres", "user": "postgres"}
                """
                    .formatted(relay.port()),
                3))
        .data(data)
        .jvm(GatewayProcess.ALL_COMPILERS)
        .launch();
  }
}
