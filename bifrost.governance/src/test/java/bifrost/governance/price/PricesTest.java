package bifrost.governance.price;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.ledger.Slot;
import bifrost.api.model.InvalidConfigException;
import bifrost.api.model.Usage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PricesTest {
  private static final Catalogue CATALOGUE = CatalogueReader.builtIn();

  @ParameterizedTest
  @CsvSource({
    "openai, gpt-4o, 2.5, 10",
    "openai, gpt-4o-2024-08-06, 2.5, 10",
    "openai, gpt-4o-2024-05-13, 5, 15",
    "openai, gpt-3.5-turbo-0125, .5, 1.5",
    "azure, gpt-4o-mini, .15, .6",
    "anthropic, claude-3-5-sonnet-20241022, 3, 15",
    "anthropic, claude-3-5-sonnet-latest, 3, 15",
    "gemini, gemini-2.0-flash-001, .1, .4",
    "gemini, models/gemini-2.5-flash, .3, 2.5",
    "vertex, claude-sonnet-4@20250514, 3, 15",
    "bedrock, us.anthropic.claude-3-5-sonnet-20241022-v2:0, 3, 15",
    "bedrock, anthropic.claude-3-haiku-20240307-v1:0, .25, 1.25",
    "bedrock, amazon.nova-pro-v1:0, .8, 3.2",
    "cohere, command-r-plus-08-2024, 2.5, 10",
    "mistral, mistral-large-latest, 2, 6",
    "groq, llama-3.3-70b-versatile, .59, .79",
    "deepseek, deepseek-chat, .28, .42",
    "xai, grok-4-0709, 3, 15",
    "openrouter, openai/gpt-4o, 2.5, 10",
    "ollama, whatever, 0, 0",
    "echo, whatever, 1, 2",
  })
  void theBuiltInCatalogueKnowsTheCommonModelsByTheirNames(
      String provider, String model, double input, double output) {
    Price price = CATALOGUE.find(provider, model).orElseThrow().base();
    assertEquals(Math.round(input * 1e9), price.input());
    assertEquals(Math.round(output * 1e9), price.output());
  }

  @Test
  void anUnknownModelHasNoPrice() {
    assertTrue(CATALOGUE.find("openai", "gpt-4o-but-not-quite").isEmpty());
    assertTrue(CATALOGUE.find("nobody", "gpt-4o").isEmpty());
    assertTrue(CATALOGUE.find("openrouter", "openrouter/".repeat(10) + "x").isEmpty());
    assertTrue(CATALOGUE.find("openai", "x".repeat(100_000)).isEmpty());
  }

  @Test
  void cachedTokensArePartsOfTheInputAndHavePricesOfTheirOwn() {
    ModelPrice price = CATALOGUE.find("anthropic", "claude-sonnet-4-5").orElseThrow();
    // 1,000 plain at $3, 2,000 read at $0.30, 500 written at $3.75, 100 out at $15 per million.
    assertEquals(
        3_000_000 + 600_000 + 1_875_000 + 1_500_000,
        price.cost(new Usage(3_500, 100, 2_000, 500, 40, 0, 0, 0)));
  }

  @Test
  void aLongPromptPaysTheTierForAllItsTokensAndABatchItsPart() {
    ModelPrice price = CATALOGUE.find("gemini", "gemini-2.5-pro").orElseThrow();
    assertEquals(200_000L * 1_250, price.cost(Usage.ofTokens(200_000, 0)));
    assertEquals(200_001L * 2_500 + 15_000, price.cost(Usage.ofTokens(200_001, 1)));
    assertEquals(200_000L * 625, price.batchCost(Usage.ofTokens(200_000, 0)));
    assertEquals(1_250_000_000L, price.highest(200_000).input());
    assertEquals(2_500_000_000L, price.highest(200_001).input());
  }

  @Test
  void costsAreExactAndRoundedUpOnce() {
    Price price = Price.of(Map.of("input_tokens", 1L, "output_tokens", 1L));
    assertEquals(1, price.cost(Usage.ofTokens(1, 1)));
    assertEquals(1, price.cost(Usage.ofTokens(500_000, 500_000)));
    assertEquals(2, price.cost(Usage.ofTokens(500_000, 500_001)));
    assertEquals(0, price.cost(Usage.NONE));
  }

  @Test
  void aCeilingIsNeverBelowTheCostOfWhatItCovers() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      Price price =
          new Price(
              random.nextLong(20_000_000_000L),
              1 + random.nextLong(90_000_000_000L),
              random.nextLong(20_000_000_000L),
              random.nextLong(20_000_000_000L),
              0,
              0,
              0);
      long input = random.nextLong(1_000_000);
      long read = random.nextLong(input + 1);
      long write = random.nextLong(input - read + 1);
      long output = random.nextLong(100_000);
      long ceiling = price.promptCeiling(input) + price.outputCost(output);
      long cost = price.cost(new Usage(input, output, read, write, 0, 0, 0, 0));
      assertTrue(cost <= ceiling, "seed " + seed);
      long room = random.nextLong(1_000_000_000_000L);
      long tokens = price.outputTokensFor(room);
      assertTrue(price.outputCost(tokens) <= room, "seed " + seed);
      assertTrue(price.outputCost(tokens + 2) > room, "seed " + seed);
    }
  }

  @Test
  void hugeUsageDoesNotOverflow() {
    Price price = new Price(Price.MOST, Price.MOST, 0, 0, 0, 0, 0);
    assertEquals(Slot.MAX_VALUE, price.cost(Usage.ofTokens(Long.MAX_VALUE, Long.MAX_VALUE)));
    assertEquals(
        BigInteger.valueOf(3_000_000_000L)
            .multiply(BigInteger.valueOf(40_000_000_000L))
            .divide(BigInteger.valueOf(1_000_000))
            .longValueExact(),
        new Price(40_000_000_000L, 0, 0, 0, 0, 0, 0).cost(Usage.ofTokens(3_000_000_000L, 0)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | is no JSON object",
        "{ | is no JSON",
        "{\"prices\": {}} | prices",
        "{\"providers\": {\"a\": {\"model\": {}}}} | providers.a.model",
        "{\"providers\": {\"a\": {\"models\": {\"m\": {\"inputs\": 1}}}}} | providers.a.models.m: unknown unit 'inputs'",
        "{\"providers\": {\"a\": {\"models\": {\"m\": {\"input_tokens\": \"1\"}}}}} | providers.a.models.m.input_tokens",
        "{\"providers\": {\"a\": {\"models\": {\"m\": {\"input_tokens\": -1}}}}} | out of range",
        "{\"providers\": {\"a\": {\"models\": {\"m\": {\"input_tokens\": 1e400}}}}} | out of range",
        "{\"providers\": {\"a\": {\"models\": {\"m\": {\"input_tokens\": 1e999999999}}}}} | out of range",
        "{\"providers\": {\"a\": {\"models\": {\"m\": {\"batch_percent\": 101}}}}} | batch_percent",
        "{\"providers\": {\"a\": {\"models\": {\"m\": {\"context_tokens\": 1.5}}}}} | context_tokens",
      })
  void aCatalogueThatIsWrongIsRefusedByPath(String json, String message) {
    InvalidConfigException e = assertThrows(InvalidConfigException.class, () -> read(json), json);
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void overridesOfPartOfThePriceLetCachedTokensCostWhatInputDoes() throws IOException {
    Catalogue catalogue =
        read("{\"providers\": {\"a\": {\"models\": {\"m\": {\"input_tokens\": 0.0000000011}}}}}");
    Price price = catalogue.find("a", "m").orElseThrow().base();
    assertEquals(2, price.input());
    assertEquals(2, price.cacheRead());
    assertEquals(0, price.output());
    Catalogue tiny =
        read("{\"providers\": {\"a\": {\"models\": {\"m\": {\"input_tokens\": 1e-999999999}}}}}");
    assertEquals(1, tiny.find("a", "m").orElseThrow().base().input());
  }

  private static Catalogue read(String json) throws IOException {
    return CatalogueReader.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
  }
}
