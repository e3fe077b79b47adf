package bifrost.admin.rest.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.admin.rest.TestExchange;
import bifrost.admin.rest.TestNode;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import bifrost.api.snapshot.AuthSettings;
import bifrost.api.snapshot.ClientSettings;
import bifrost.api.snapshot.EntityType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private final TestNode node = new TestNode(() -> now).with(new WhoAmI());

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void withoutCredentialsWhoeverIsOnTheMachineMayAsk() throws IOException {
    TestExchange answer = node.serve(new TestExchange("GET", "/api/who"));
    assertEquals("loopback", TestNode.at(answer, "actor"));
  }

  @Test
  void withoutCredentialsAListenerForOtherMachinesRefuses() throws IOException {
    TestExchange answer = node.serve(new TestExchange("GET", "/api/who").open());
    assertEquals(403, answer.status());
    assertTrue(answer.text().contains("auth_config"), answer.text());
  }

  @Test
  void credentialsThatEndAtRunTimeOpenNothingToOtherMachines() throws IOException {
    node.withAdmin();
    node.snapshots().remove(EntityType.AUTH, AuthSettings.ID, Optional.empty());
    assertEquals(403, node.serve(new TestExchange("GET", "/api/who").open()).status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "127.0.0.1.evil.example", "evil.example:8080", "10.0.0.1"})
  void aForeignNameThatPointsToLoopbackIsRefused(String host) throws IOException {
    assertEquals(403, node.serve(new TestExchange("GET", "/api/who").with("Host", host)).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:8080", "LOCALHOST", "127.0.0.1", "[::1]:8080", "127.8.0.9:1"})
  void loopbackNamesAreTaken(String host) throws IOException {
    assertEquals(200, node.serve(new TestExchange("GET", "/api/who").with("Host", host)).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"})
  void aProxyInFrontNeedsCredentials(String header) throws IOException {
    TestExchange call = new TestExchange("GET", "/api/who").with(header, "203.0.113.9");
    assertEquals(403, node.serve(call).status());
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8080, 127.0.0.1:8080, 200",
    "https://gw.example.com, gw.example.com, 200",
    "https://gw.example.com, gw.example.com:443, 200",
    "https://evil.example, 127.0.0.1:8080, 403",
    "null, 127.0.0.1:8080, 403",
    "http://127.0.0.1:9999, 127.0.0.1:8080, 403",
    "https://console.example, gw.example.com, 200",
  })
  void onlyPagesOfTheNodesOwnOriginOrNamedOnesMayAsk(String origin, String host, int status)
      throws IOException {
    node.withAdmin();
    ClientSettings d = ClientSettings.DEFAULT;
    node.snapshots()
        .put(
            new ClientSettings(
                d.enforceAuth(),
                d.maxBodyBytes(),
                d.requestTimeout(),
                d.maxConcurrentRequests(),
                d.enableLogging(),
                d.disableContentLogging(),
                d.logRetentionDays(),
                d.requiredHeaders(),
                List.of("*", "https://console.example")),
            Optional.empty());
    TestExchange call = basic("admin", TestNode.PASSWORD).with("Host", host).with("Origin", origin);
    assertEquals(status, node.serve(call).status());
  }

  @Test
  void aFormOfAnotherSiteCannotChangeAnything() throws IOException {
    TestExchange call = new TestExchange("POST", "/api/who").with("Sec-Fetch-Site", "cross-site");
    assertEquals(403, node.serve(call).status());
  }

  @Test
  void nameAndPasswordAreAskedForAndCompared() throws IOException {
    node.withAdmin();
    TestExchange none = node.serve(new TestExchange("GET", "/api/who"));
    assertEquals(401, none.status());
    assertTrue(none.answerHeader("WWW-Authenticate").startsWith("Basic"));
    assertEquals("admin", TestNode.at(node.serve(basic("admin", TestNode.PASSWORD)), "actor"));
    assertEquals(401, node.serve(basic("admin", "wrong password")).status());
    assertEquals(401, node.serve(basic("root", TestNode.PASSWORD)).status());
    assertEquals(401, authorized("Basic ???").status());
    assertEquals(401, authorized("Basic " + base64("nocolon")).status());
    assertEquals(401, authorized("Digest x").status());
    assertEquals(401, authorized("Bearer " + "x".repeat(5000)).status());
  }

  @Test
  void aBrowserIsNotMadeToKeepAPassword() throws IOException {
    node.withAdmin();
    TestExchange call = new TestExchange("GET", "/api/who").with("Sec-Fetch-Mode", "cors");
    assertTrue(node.serve(call).answerHeader("WWW-Authenticate").startsWith("Bearer"));
  }

  @Test
  void guessingHasToWaitAndTheRightPasswordToo() throws IOException {
    node.withAdmin();
    for (int i = 0; i < 5; i++) {
      assertEquals(401, node.serve(basic("admin", "guess " + i)).status());
    }
    TestExchange blocked = node.serve(basic("admin", TestNode.PASSWORD));
    assertEquals(429, blocked.status());
    assertNotNull(blocked.answerHeader("Retry-After"));
    assertEquals(200, node.serve(basic("admin", TestNode.PASSWORD).from("192.0.2.7")).status());
    now = now.plusSeconds(2);
    assertEquals(200, node.serve(basic("admin", TestNode.PASSWORD)).status());
  }

  @Test
  void aLoginGivesATokenThatEndsAtLogoutExpiryAndANewPassword() throws IOException {
    node.withAdmin();
    String token = login();
    assertEquals(200, authorized("Bearer " + token).status());
    String other = login();
    TestExchange out = new TestExchange("POST", "/api/session/logout");
    node.serve(out.with("Authorization", "Bearer " + token));
    assertEquals(401, authorized("Bearer " + token).status());
    assertEquals(200, authorized("Bearer " + other).status());
    now = now.plus(Duration.ofHours(12));
    assertEquals(401, authorized("Bearer " + other).status());
    String third = login();
    assertEquals(200, authorized("Bearer " + third).status());
    node.withAdmin();
    assertEquals(401, authorized("Bearer " + third).status());
  }

  @Test
  void aTokenThatWasTamperedWithIsRefused() throws IOException {
    node.withAdmin();
    String token = login();
    for (int i = 4; i < token.length() - 1; i++) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      String bent = token.substring(0, i) + other + token.substring(i + 1);
      assertEquals(401, authorized("Bearer " + bent).status(), bent);
    }
  }

  @Test
  void theStateOfALoginIsThereForEveryone() throws IOException {
    TestExchange open = node.serve(new TestExchange("GET", "/api/session/is-auth-enabled"));
    assertEquals(Map.of("is_auth_enabled", false, "has_valid_token", false), TestNode.json(open));
    node.withAdmin();
    TestExchange call =
        new TestExchange("GET", "/api/session/is-auth-enabled")
            .with("Authorization", "Bearer " + login());
    assertEquals(
        Map.of("is_auth_enabled", true, "has_valid_token", true), TestNode.json(node.serve(call)));
  }

  @Test
  void noAnswerShowsAPassword() throws IOException {
    node.withAdmin();
    TestExchange refused = node.serve(basic("admin", "my other secret"));
    assertFalse(refused.text().contains("my other secret"));
  }

  private String login() throws IOException {
    TestExchange answer =
        node.call(
            "POST",
            "/api/session/login",
            "{\"username\": \"admin\", \"password\": \"" + TestNode.PASSWORD + "\"}");
    assertEquals(200, answer.status(), answer.text());
    return TestNode.at(answer, "token");
  }

  private TestExchange authorized(String header) throws IOException {
    return node.serve(new TestExchange("GET", "/api/who").with("Authorization", header));
  }

  private static TestExchange basic(String name, String password) {
    return new TestExchange("GET", "/api/who")
        .with("Authorization", "Basic " + base64(name + ":" + password));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static final class WhoAmI implements ManagementResource {
    @Override
    public String prefix() {
      return "/api/who";
    }

    @Override
    public ManagementAnswer handle(ManagementRequest request) {
      return ManagementAnswer.ok(Map.of("actor", request.actor()));
    }
  }
}
