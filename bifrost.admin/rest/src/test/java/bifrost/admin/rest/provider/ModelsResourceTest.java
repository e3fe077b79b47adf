package bifrost.admin.rest.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.admin.rest.TestExchange;
import bifrost.admin.rest.TestNode;
import bifrost.admin.rest.TestStatus;
import bifrost.api.governance.PriceList;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelsResourceTest {
  private final TestNode node = new TestNode(InstantSource.system());

  ModelsResourceTest() throws IOException {
    node.with(
            new ProvidersResource(
                node.documents(), node.edits(), new TestStatus("http://127.0.0.1:8080")))
        .with(new ModelsResource(node.snapshots(), new TwoPrices()));
    post("{\"provider\": \"free\", \"keys\": [{\"name\": \"k\", \"value\": \"env.SET\"}]}");
    post(
        """
        {"provider": "few", "keys": [{"name": "k", "value": "env.SET", "models": ["large", "own"]}]}
        """);
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void modelsThatAKeyServesAreListedWithTheirPrice() throws IOException {
    TestExchange all = node.call("GET", "/api/models", "");
    List<Map<String, Object>> models = TestNode.at(all, "models");
    assertEquals(
        List.of("few/large", "few/own", "free/large", "free/small"),
        models.stream().map(model -> model.get("provider") + "/" + model.get("name")).toList());
    assertEquals(
        "{\"input_tokens\":2.5,\"output_tokens\":10}",
        all.text().replaceAll("(?s).*?\"usd_per_million\":(\\{[^}]*}).*", "$1"));
    assertEquals(false, models.get(1).get("priced"));
    assertEquals("2026-11", TestNode.at(all, "price_edition"));
  }

  @Test
  void filtersAndPagesAreApplied() throws IOException {
    assertEquals(
        2, (int) TestNode.at(node.call("GET", "/api/models?query=LARGE", ""), "total_count"));
    TestExchange page = node.call("GET", "/api/models?provider=free&limit=1", "");
    assertEquals("large", TestNode.at(page, "models", "0", "name"));
    assertEquals("free/large", TestNode.at(page, "next"));
  }

  @Test
  void whatIsNotKnownIsRefusedByName() throws IOException {
    TestExchange refused = node.call("GET", "/api/models?vendor=x", "");
    assertEquals(400, refused.status());
    assertTrue(refused.text().contains("vendor"), refused.text());
    assertEquals(405, node.call("POST", "/api/models", "{}").status());
    assertEquals(404, node.call("GET", "/api/models/large", "").status());
  }

  private void post(String provider) throws IOException {
    TestExchange made = node.call("POST", "/api/providers", provider);
    assertFalse(made.status() != 201, made.text());
  }

  private static final class TwoPrices implements PriceList {
    @Override
    public String edition() {
      return "2026-11";
    }

    @Override
    public SortedSet<String> models(String provider) {
      return new TreeSet<>(List.of("large", "small"));
    }

    @Override
    public Optional<ModelCost> price(String provider, String model) {
      return models(provider).contains(model)
          ? Optional.of(
              new ModelCost(
                  Map.of("input_tokens", 2_500_000_000L, "output_tokens", 10_000_000_000L), 0, 0))
          : Optional.empty();
    }
  }
}
