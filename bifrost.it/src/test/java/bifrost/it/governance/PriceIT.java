package bifrost.it.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.GatewayProcess;
import bifrost.it.support.RawAnswer;
import bifrost.it.support.RawHttp;
import bifrost.tck.upstream.UpstreamSimulator;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the running product charges: by a catalogue from a file or a URL, by overrides of every
 * scope, and for a model that has no price. Each answer has 11 input and 7 output tokens.
 */
class PriceIT {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String CATALOGUE =
      """
      {"version": "%s", "unit": "US dollars per million", "providers": {"openai": {"models": {
        "listed": {"input_tokens": 1, "output_tokens": 2}}}}}
      """;

  @TempDir private Path folder;

  @Test
  void aCatalogueFromAFileTheNarrowestOverrideAndTheCeilingOfAnUnpricedModelCount()
      throws Exception {
    Path file = folder.resolve("prices.json");
    Files.writeString(file, CATALOGUE.formatted("of-the-file"));
    try (UpstreamSimulator upstream = UpstreamSimulator.start();
        GatewayProcess gateway = start(upstream, file.toString(), overrides())) {
      assertCost("0.000025", gateway, "sk-bf-plain-key", "openai/listed");
      // the shipped catalogue is replaced, not added to
      assertCost("0.25", gateway, "sk-bf-plain-key", "openai/gpt-4o-mini");
      assertCost("0.000018", gateway, "sk-bf-plain-key", "other/overridden");
      assertCost("0.000036", gateway, "sk-bf-plain-key", "openai/overridden");
      assertCost("0.000054", gateway, "sk-bf-special-key", "other/overridden");
      assertCost("0.000072", gateway, "sk-bf-special-key", "openai/overridden");
      assertCost("0.25", gateway, "sk-bf-plain-key", "openai/nobody-knows");
      assertCost("0", gateway, "sk-bf-without-budget", "openai/nobody-knows");
    }
  }

  @Test
  void aCatalogueFromAUrlCountsAsSoonAsItIsRead() throws Exception {
    try (UpstreamSimulator upstream = UpstreamSimulator.start()) {
      upstream.onPath(
          "/prices.json", wire -> wire.json(200, CATALOGUE.formatted("of-the-url").strip()));
      try (GatewayProcess gateway = start(upstream, upstream.baseUrl() + "/prices.json", "")) {
        gateway.awaitLog("prices: version 'of-the-url' read from");
        assertCost("0.000025", gateway, "sk-bf-plain-key", "openai/listed");
      }
    }
  }

  @Test
  void aCatalogueThatCannotBeReadLeavesTheShippedOneInForceAndSaysSo() throws Exception {
    try (UpstreamSimulator upstream = UpstreamSimulator.start();
        GatewayProcess gateway = start(upstream, folder.resolve("missing.json").toString(), "")) {
      gateway.awaitLog("WARN.*prices: .*missing.json cannot be used");
      // 11 x $0.15 + 7 x $0.60 for a million, rounded up to a billionth
      assertCost("0.00000585", gateway, "sk-bf-plain-key", "openai/gpt-4o-mini");
    }
  }

  private static void assertCost(String dollars, GatewayProcess gateway, String key, String model)
      throws Exception {
    RawAnswer answer =
        send(
            gateway,
            RawHttp.post(
                "/v1/chat/completions",
                "Content-Type: application/json\r\nx-bf-vk: " + key + "\r\n",
                """
                {"model":"%s","max_tokens":10,"messages":[{"role":"user","content":"hi"}]}"""
                    .formatted(model)
                    .getBytes(StandardCharsets.UTF_8)));
    assertEquals(200, answer.status(), answer::text);
    BigDecimal cost = awaitCost(gateway, answer.headers().get("x-bf-request-id"));
    assertEquals(
        0, cost.compareTo(new BigDecimal(dollars)), model + " for " + key + " cost " + cost);
  }

  private static BigDecimal awaitCost(GatewayProcess gateway, String id) throws Exception {
    byte[] question =
        "GET /api/logs/%s HTTP/1.1\r\nHost: localhost\r\n\r\n"
            .formatted(id)
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; ; i++) {
      RawAnswer log = send(gateway, question);
      if (log.status() == 200) {
        return MAPPER.readTree(log.text()).path("cost").decimalValue();
      }
      assertTrue(i < 500, log::text);
      Thread.sleep(20);
    }
  }

  private static RawAnswer send(GatewayProcess gateway, byte[] request) throws IOException {
    try (RawHttp http = new RawHttp(gateway.port())) {
      return http.send(request).answer();
    }
  }

  private static GatewayProcess start(UpstreamSimulator upstream, String prices, String overrides)
      throws InterruptedException {
    return GatewayProcess.builder()
        .config(
            """
            {
              "client": { "enforce_auth_on_inference": true },
              "framework": { "pricing": { "pricing_url": "%2$s" } },
              "providers": {
                "openai": {
                  "keys": [ { "name": "k", "value": "sk-1", "models": [ "*" ] } ],
                  "network_config": { "base_url": "%1$s" }
                },
                "other": {
                  "custom_provider_config": { "base_provider_type": "openai" },
                  "keys": [ { "name": "o", "value": "sk-2", "models": [ "*" ] } ],
                  "network_config": { "base_url": "%1$s" }
                }
              },
              "governance": {
                "unpriced_ceiling_usd": 0.25,
                "virtual_keys": [ %3$s, %4$s,
                  { "id": "free", "name": "free", "value": "sk-bf-without-budget",
                    "allow_all_providers": true } ],
                "pricing_overrides": [ %5$s ]
              }
            }
            """
                .formatted(upstream.baseUrl(), prices, key("plain"), key("special"), overrides))
        .start();
  }

  private static String key(String name) {
    return """
        { "id": "%1$s", "name": "%1$s", "value": "sk-bf-%1$s-key", "allow_all_providers": true,
          "budgets": [ { "id": "b-%1$s", "max_limit": 100, "reset_duration": "1Y" } ] }"""
        .formatted(name);
  }

  private static String overrides() {
    String price = "\"prices\": { \"input_tokens\": %1$d, \"output_tokens\": %1$d } }";
    return String.join(
        ", ",
        "{ \"model\": \"overridden\", " + price.formatted(1),
        "{ \"model\": \"overridden\", \"provider\": \"openai\", " + price.formatted(2),
        "{ \"model\": \"overridden\", \"virtual_key_id\": \"special\", " + price.formatted(3),
        "{ \"model\": \"overridden\", \"provider\": \"openai\", \"virtual_key_id\": \"special\", "
            + price.formatted(4));
  }
}
