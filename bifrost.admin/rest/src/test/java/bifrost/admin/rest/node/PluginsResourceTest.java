package bifrost.admin.rest.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.admin.rest.TestExchange;
import bifrost.admin.rest.TestNode;
import bifrost.api.snapshot.PluginSettings;
import java.io.IOException;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PluginsResourceTest {
  private static final String CONSUL =
      """
      {"name": "bifrost.discovery.consul",
       "config": {"service_name": "bifrost", "consul_token": "top secret"}}
      """;

  private final TestNode node = new TestNode(InstantSource.system());

  PluginsResourceTest() {
    node.with(new PluginsResource(node.documents(), node.edits()));
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void settingsAreMadeChangedAndEndedAndTheirTextsAreNotShown() throws IOException {
    TestExchange made = node.call("POST", "/api/plugins", CONSUL);
    assertEquals(201, made.status(), made.text());
    assertFalse(made.text().contains("top secret"), made.text());
    assertEquals(409, node.call("POST", "/api/plugins", CONSUL).status());

    TestExchange changed =
        node.call(
            "PUT",
            "/api/plugins/bifrost.discovery.consul",
            "{\"config\": {\"consul_tags\": [\"blue\"]}}");
    assertEquals(200, changed.status(), changed.text());
    assertTrue(settings().contains("top secret") && settings().contains("blue"), settings());
    assertEquals(1, (int) TestNode.at(node.call("GET", "/api/plugins", ""), "total_count"));

    assertEquals(200, node.call("DELETE", "/api/plugins/bifrost.discovery.consul", "").status());
    assertEquals(404, node.call("GET", "/api/plugins/bifrost.discovery.consul", "").status());
  }

  @Test
  void aFieldThatTheMethodDoesNotKnowIsRefusedByName() throws IOException {
    TestExchange misspelt =
        node.call("POST", "/api/plugins", CONSUL.replace("consul_token", "consul_tokn"));
    assertEquals(400, misspelt.status());
    assertTrue(misspelt.text().contains("config.consul_tokn"), misspelt.text());
    TestExchange missing =
        node.call("POST", "/api/plugins", "{\"name\": \"bifrost.discovery.dns\", \"config\": {}}");
    assertEquals(400, missing.status());
    assertTrue(missing.text().contains("dns_names"), missing.text());
    TestExchange off =
        node.call("POST", "/api/plugins", "{\"name\": \"org.acme\", \"enabled\": false}");
    assertEquals(400, off.status(), off.text());
  }

  private String settings() {
    return node.snapshots()
        .current()
        .find(PluginSettings.class, "bifrost.discovery.consul")
        .orElseThrow()
        .properties()
        .text();
  }
}
