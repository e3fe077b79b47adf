package bifrost.admin.rest.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.admin.rest.TestExchange;
import bifrost.admin.rest.TestNode;
import bifrost.admin.rest.TestStatus;
import bifrost.admin.rest.governance.ProviderLimitsResource;
import bifrost.admin.rest.node.ConfigResource;
import bifrost.api.snapshot.ProviderKey;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProvidersResourceTest {
  private static final String OPENAI =
      """
      {"provider": "openai", "network_config": {"max_retries": 2, "extra_headers": {"X-Org": "hidden-org"}},
       "keys": [{"name": "k1", "value": "sk-hidden-1", "weight": 0.5},
                {"name": "k2", "value": "env.SET"}]}
      """;

  private final TestNode node = new TestNode(InstantSource.system());

  ProvidersResourceTest() {
    TestStatus status = new TestStatus("http://127.0.0.1:8080");
    node.with(new ProvidersResource(node.documents(), node.edits(), status))
        .with(new KeysResource(node.documents(), node.edits()))
        .with(new ProviderLimitsResource(node.documents(), node.edits()))
        .with(new ConfigResource(node.documents(), node.edits(), status));
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void aProviderIsMadeWithItsKeysWhoseSecretsAreNotShown() throws IOException {
    TestExchange made = node.call("POST", "/api/providers", OPENAI);
    assertEquals(201, made.status(), made.text());
    for (String path :
        new String[] {
          "/api/providers", "/api/providers/openai", "/api/providers/openai/keys", "/api/keys"
        }) {
      TestExchange shown = node.call("GET", path, "");
      assertEquals(200, shown.status(), path);
      assertFalse(shown.text().contains("hidden"), shown.text());
      assertFalse(shown.text().contains("from-the-environment"), shown.text());
      assertTrue(shown.text().contains("env.SET") || !path.contains("key"), shown.text());
    }
    TestExchange keys = node.call("GET", "/api/providers/openai/keys", "");
    assertEquals("openai:k1", TestNode.at(keys, "keys", "0", "id"));
    assertEquals("***", TestNode.at(keys, "keys", "0", "value"));
  }

  @Test
  void aChangeOfOtherFieldsKeepsSecrets() throws IOException {
    node.call("POST", "/api/providers", OPENAI);
    TestExchange key = node.call("PUT", "/api/providers/openai/keys/openai:k1", "{\"weight\": 3}");
    assertEquals(200, key.status(), key.text());
    assertEquals("sk-hidden-1", secret("openai:k1"));
    TestExchange shown = node.call("GET", "/api/providers/openai/keys", "");
    assertEquals(
        200,
        node.call(
                "PUT",
                "/api/providers/openai/keys/openai:k1",
                "{\"value\": \"***\", \"models\": [\"gpt-4o\"]}")
            .status());
    assertEquals("sk-hidden-1", secret("openai:k1"));
    assertEquals(200, shown.status());
    assertEquals(
        200,
        node.call("PUT", "/api/providers/openai", "{\"network_config\": {\"max_retries\": 3}}")
            .status());
    assertEquals(
        "hidden-org",
        node.snapshots()
            .current()
            .provider("openai")
            .orElseThrow()
            .network()
            .extraHeaders()
            .get(0)
            .value());
    assertEquals(
        200,
        node.call("PUT", "/api/providers/openai/keys/openai:k1", "{\"value\": \"sk-new\"}")
            .status());
    assertEquals("sk-new", secret("openai:k1"));
  }

  @Test
  void keysOfAProviderAreNotDroppedSilently() throws IOException {
    node.call("POST", "/api/providers", OPENAI);
    TestExchange put = node.call("PUT", "/api/providers/openai", "{\"keys\": []}");
    assertEquals(400, put.status());
    assertEquals("keys", TestNode.at(put, "error", "param"));
    assertEquals(409, node.call("DELETE", "/api/providers/openai", "").status());
    assertEquals(200, node.call("DELETE", "/api/providers/openai/keys/openai:k1", "").status());
    assertEquals(200, node.call("DELETE", "/api/providers/openai/keys/openai:k2", "").status());
    assertEquals(200, node.call("DELETE", "/api/providers/openai", "").status());
  }

  @Test
  void aKeyOfAnotherProviderIsNotFound() throws IOException {
    node.call("POST", "/api/providers", OPENAI);
    node.call("POST", "/api/providers", "{\"provider\": \"groq\"}");
    assertEquals(404, node.call("GET", "/api/providers/groq/keys/openai:k1", "").status());
    assertEquals(
        400,
        node.call("POST", "/api/providers/groq/keys", "{\"provider\": \"openai\", \"name\": \"x\"}")
            .status());
  }

  @Test
  void aBadKeyIsNamedByItsPlace() throws IOException {
    TestExchange made =
        node.call(
            "POST",
            "/api/providers",
            "{\"provider\": \"openai\", \"keys\": [{\"name\": \"a\"}, {\"name\": \"b\", \"wieght\": 1}]}");
    assertEquals(400, made.status());
    assertEquals("keys[1].wieght", TestNode.at(made, "error", "param"));
  }

  @Test
  void limitsOfAProviderAreAResourceOfTheirOwn() throws IOException {
    node.call("POST", "/api/providers", OPENAI);
    String path = "/api/governance/providers/openai";
    TestExchange put =
        node.call("PUT", path, "{\"budgets\": [{\"max_limit\": 5, \"reset_duration\": \"1d\"}]}");
    assertEquals(200, put.status(), put.text());
    assertFalse(put.text().contains("network_config"), put.text());
    assertEquals(5, (int) TestNode.at(put, "provider", "budgets", "0", "max_limit"));
    assertEquals(400, node.call("PUT", path, "{\"budget\": {}}").status());
    assertEquals(400, node.call("PUT", path, "{\"network_config\": {}}").status());
    assertEquals(200, node.call("DELETE", path, "").status());
    assertTrue(
        node.snapshots().current().provider("openai").orElseThrow().limits().budgets().isEmpty());
    assertEquals(2, node.snapshots().current().provider("openai").orElseThrow().maxRetries());
  }

  @Test
  void theSettingsOfTheGatewayAndItsAdministratorAreChanged() throws IOException {
    TestExchange client =
        node.call(
            "PUT", "/api/config", "{\"client_config\": {\"enforce_auth_on_inference\": true}}");
    assertTrue(client.status() < 300, client.text());
    assertTrue(node.snapshots().current().client().enforceAuth());
    TestExchange bad = node.call("PUT", "/api/config", "{\"client_config\": {\"enforce\": 1}}");
    assertEquals(400, bad.status());
    assertEquals(400, node.call("PUT", "/api/config", "{\"other\": {}}").status());
    assertEquals(
        400,
        node.call("PUT", "/api/config", "{\"client_config\": {}, \"auth_config\": {}}").status());
    TestExchange auth =
        node.call(
            "PUT",
            "/api/config",
            "{\"auth_config\": {\"admin_username\": \"root\", \"is_enabled\": false}}");
    assertTrue(auth.status() < 300, auth.text());
    TestExchange shown = node.call("GET", "/api/config", "");
    assertEquals(
        Map.of("is_enabled", false, "admin_username", "root"), TestNode.at(shown, "auth_config"));
    assertEquals(true, TestNode.at(shown, "client_config", "enforce_auth_on_inference"));
  }

  private String secret(String id) {
    Optional<ProviderKey> key = node.snapshots().current().find(ProviderKey.class, id);
    return key.orElseThrow().value().reveal();
  }
}
