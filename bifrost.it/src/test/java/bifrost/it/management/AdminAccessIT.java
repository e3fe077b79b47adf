package bifrost.it.management;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Management;
import org.junit.jupiter.api.Test;

/** Who may use the management API of a running gateway. */
class AdminAccessIT {
  private static final String PASSWORD = "a password of the test";
  private static final String CONFIG =
      """
      {"governance": {"auth_config": {"admin_username": "root", "admin_password": "env.PW"}}}
      """;

  @Test
  void onLoopbackWithoutCredentialsTheApiIsOpenToTheMachineOnly() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.builder().start();
        Management anyone = Management.of(gateway)) {
      assertEquals(200, anyone.call("GET", "/api/version").status());
      assertEquals(
          403, anyone.with("X-Forwarded-For", "192.0.2.1").call("GET", "/api/version").status());
      assertEquals(
          403, anyone.with("Origin", "https://evil.example").call("GET", "/api/version").status());
    }
  }

  @Test
  void withCredentialsEveryResourceAsksForThem() throws Exception {
    try (GatewayProcess gateway =
            GatewayProcess.builder()
                .config(CONFIG)
                .env("PW", PASSWORD)
                .argument("--host")
                .argument("0.0.0.0")
                .start();
        Management anyone = Management.of(gateway);
        Management admin = Management.of(gateway, "root", PASSWORD);
        Management wrong = Management.of(gateway, "root", "another password")) {
      assertEquals(401, anyone.call("GET", "/api/version").status());
      assertEquals(401, anyone.call("GET", "/api/no-such-thing").status());
      assertEquals(401, wrong.call("GET", "/api/version").status());
      assertEquals(200, admin.call("GET", "/api/version").status());
      String token =
          anyone
              .call(
                  "POST",
                  "/api/session/login",
                  "{\"username\": \"root\", \"password\": \"" + PASSWORD + "\"}")
              .at("token");
      assertEquals(
          200,
          anyone.with("Authorization", "Bearer " + token).call("GET", "/api/version").status());
      assertTrue(token.startsWith("bfs_"));
      assertFalse(gateway.logText().contains(PASSWORD));
      assertFalse(gateway.logText().contains(token));
    }
  }
}
