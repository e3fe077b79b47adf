package bifrost.it.management;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Management;
import bifrost.it.support.Management.Answer;
import bifrost.tck.postgres.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a virtual key by the management API of a running gateway, and what is left of it. */
class GovernanceIT {
  private static final String KEYS = "/api/governance/virtual-keys";
  private static final String PASSWORD = "the password of GovernanceIT";
  private static final String MODEL = "echo/echo-1";

  @TempDir private Path data;

  @Test
  void aKeyIsMadeUsedUsedUpRaisedAndEndedAndItsDeedsAreInTheDatabase() throws Exception {
    try (PostgresServer database = PostgresServer.start()) {
      String secret;
      String id;
      try (GatewayProcess gateway = start(database);
          Management admin = Management.of(gateway, "admin", PASSWORD);
          Management client = Management.of(gateway)) {
        Answer created =
            admin.call(
                "POST",
                KEYS,
                """
                {"name": "web",
                 "provider_configs": [{"provider": "echo", "allowed_models": ["*"], "key_ids": ["*"]}],
                 "budgets": [{"max_limit": 0.004, "reset_duration": "1d"}]}
                """);
        assertEquals(201, created.status(), created.text());
        secret = created.at("virtual_key", "value");
        id = created.at("virtual_key", "id");
        String budget = created.at("virtual_key", "budgets", "0", "id");
        assertEquals(200, client.chat(secret, MODEL, "first").status());

        Answer refused = useUp(client, secret);
        assertEquals("budget_exceeded", refused.at("type"));
        Answer explained = admin.call("GET", "/api/governance/budgets/" + budget + "/explain");
        assertEquals("virtual key 'web'", explained.at("holder"), explained.text());
        assertTrue(explained.<Number>at("settled").doubleValue() > 0, explained.text());
        assertEquals(
            explained.<Number>at("settled").doubleValue(),
            explained.<Number>at("slots", "0", "used").doubleValue());
        Answer shown = admin.call("GET", KEYS + "/" + id);
        assertEquals(
            explained.<Number>at("settled").doubleValue(),
            shown.<Number>at("virtual_key", "budgets", "0", "current_usage").doubleValue());

        Answer raised =
            admin.call(
                "PUT",
                KEYS + "/" + id,
                "{\"budgets\": [{\"max_limit\": 5, \"reset_duration\": \"1d\"}]}");
        assertEquals(200, raised.status(), raised.text());
        assertEquals(200, client.chat(secret, MODEL, "again").status());
        assertTrue(
            raised.<Number>at("virtual_key", "budgets", "0", "current_usage").doubleValue() > 0);

        Answer rotated = admin.call("POST", KEYS + "/" + id + "/rotate");
        assertEquals(401, client.chat(secret, MODEL, "the old secret").status());
        secret = rotated.at("virtual_key", "value");
        assertEquals(200, client.chat(secret, MODEL, "the new secret").status());
        assertFalse(gateway.logText().contains(secret));
        assertFalse(gateway.logText().contains(PASSWORD));
        gateway.terminate();
        gateway.awaitExit();
      }
      try (GatewayProcess gateway = start(database);
          Management admin = Management.of(gateway, "admin", PASSWORD);
          Management client = Management.of(gateway)) {
        Answer kept = admin.call("GET", KEYS + "/" + id);
        assertEquals("web", kept.at("virtual_key", "name"));
        assertTrue(
            kept.<Number>at("virtual_key", "budgets", "0", "current_usage").doubleValue() > 0);
        assertEquals(200, client.chat(secret, MODEL, "after the start").status());
        assertEquals(200, admin.call("DELETE", KEYS + "/" + id).status());
        assertEquals(401, client.chat(secret, MODEL, "after the end").status());
        assertFalse(gateway.logText().contains(secret));
        gateway.terminate();
        gateway.awaitExit();
      }
      assertEquals(
          "create\nupdate\nrotate\ndelete",
          awaitRows(
              database,
              "SELECT action FROM audit_log WHERE entity_type = 'virtual_key' ORDER BY done_at",
              4));
      assertEquals("admin", database.query("SELECT DISTINCT actor FROM audit_log").strip());
      String stored = database.query("SELECT content FROM config_entity WHERE content IS NOT NULL");
      assertFalse(stored.contains(secret));
      assertFalse(stored.contains(PASSWORD));
    }
  }

  private static Answer useUp(Management client, String secret) throws Exception {
    String long1000 = "token ".repeat(170);
    for (int i = 0; i < 200; i++) {
      Answer answer = client.chat(secret, MODEL, long1000);
      if (answer.status() != 200) {
        assertEquals(402, answer.status(), answer.text());
        return answer;
      }
    }
    throw new AssertionError("the budget is not used up after 200 requests");
  }

  /** The drain may end after the process: what it left is written at the next start. */
  private String awaitRows(PostgresServer database, String query, int rows) throws Exception {
    if (database.query(query).lines().count() < rows) {
      try (GatewayProcess gateway = start(database)) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (database.query(query).lines().count() < rows && System.nanoTime() < end) {
          Thread.sleep(50);
        }
      }
    }
    return database.query(query).strip();
  }

  private GatewayProcess start(PostgresServer database) throws Exception {
    return GatewayProcess.builder()
        .data(data)
        .env("PW", PASSWORD)
        .config(
            """
            {"providers": {"echo": {"keys": []}},
             "governance": {"auth_config": {"admin_username": "admin", "admin_password": "env.PW"}},
             "config_store": {"type": "postgres",
               "write": {"url": "%s", "user": "postgres"}}}
            """
                .formatted(database.url()))
        .start();
  }
}
