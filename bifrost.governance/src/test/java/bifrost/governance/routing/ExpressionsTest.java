package bifrost.governance.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionsTest {
  private final Expressions expressions = new Expressions();
  private final TestFacts facts =
      new TestFacts(
          "gpt-4o",
          Map.of("x-tier", "premium"),
          Map.of("region", "eu"),
          "vk-1",
          "team-1",
          81.5,
          12,
          99);

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "true ~ true",
        "model == 'gpt-4o' ~ true",
        "model.startsWith('claude') ~ false",
        "model.matches('^gpt-[0-9]o$') ~ true",
        "model in ['gpt-4o', 'gpt-4o-mini'] ~ true",
        "provider == '' && request_type == 'chat_completion' ~ true",
        "headers['x-tier'] == 'premium' ~ true",
        "headers['x-missing'] == 'premium' ~ false",
        "'x-missing' in headers ~ false",
        "has(headers.region) || params.region == 'eu' ~ true",
        "budget_used > 80 ~ true",
        "budget_used > 80.0 && tokens_used < 50.0 ~ true",
        "budget_used >= 81.5 && request > 98 ~ true",
        "team_id == 'team-1' && virtual_key_name == 'name of vk-1' ~ true",
        "customer_id != '' ~ false",
        "headers.exists(name, name.startsWith('x-')) ~ true",
      })
  void anExpressionIsTrueOfTheRequestsThatItSays(String text, boolean expected) {
    assertEquals(expected, expressions.compile(text).matches(facts));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model ==",
        "model",
        "budget_used + 1.0",
        "modle == 'gpt-4o'",
        "model > 3",
        "headers",
        "((((((((((((((((((((((((((((((((((((((((((((true))))))))))))))))))))))))))))))))))))))))))))",
      })
  void anInvalidExpressionIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> expressions.compile(text));
  }

  @Test
  void theRefusalSaysWhatIsWrong() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> expressions.compile("modle == 'gpt-4o'"));
    assertTrue(e.getMessage().contains("modle"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> expressions.compile("model == '" + "x".repeat(5_000) + "'"));
  }

  record TestFacts(
      String model,
      Map<String, String> headers,
      Map<String, String> params,
      String virtualKeyId,
      String teamId,
      double budgetUsed,
      double tokensUsed,
      double requestsUsed)
      implements Facts {
    @Override
    public String provider() {
      return "";
    }

    @Override
    public String requestType() {
      return "chat_completion";
    }

    @Override
    public String virtualKeyName() {
      return "name of " + virtualKeyId;
    }

    @Override
    public String teamName() {
      return "";
    }

    @Override
    public String customerId() {
      return "";
    }

    @Override
    public String customerName() {
      return "";
    }
  }
}
