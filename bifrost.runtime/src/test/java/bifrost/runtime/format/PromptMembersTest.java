package bifrost.runtime.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class PromptMembersTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static long bytes(String body) {
    EnvelopeReader.Result result =
        EnvelopeReader.read(body.getBytes(StandardCharsets.UTF_8), MAPPER);
    return assertInstanceOf(EnvelopeReader.Result.Read.class, result).envelope().promptBytes();
  }

  @Test
  void whatSteersTheAnswerOnlyIsNoPrompt() {
    String prompt = "\"messages\":[{\"role\":\"user\",\"content\":\"hé\"}]";
    String body =
        "{\"model\":\"p/m\", %s ,\"max_tokens\":500,\"temperature\":0.7,\"metadata\":{\"a\":\"b\"}}";
    assertEquals(prompt.getBytes(StandardCharsets.UTF_8).length, bytes(body.formatted(prompt)));
  }

  @Test
  void whatIsNotKnownCounts() {
    String tools = "\"tools\":[{\"type\":\"function\"}]";
    String unknown = "\"mod\\u0065l\" : \"x\"";
    String body = "{\"model\":\"p/m\"," + tools + "," + unknown + "}";
    assertEquals(tools.length() + unknown.length(), bytes(body));
  }

  @Test
  void aNameLongerThanAnyKnownCounts() {
    String member = "\"" + "x".repeat(500) + "\":1";
    assertEquals(member.length(), bytes("{\"model\":\"p/m\"," + member + "}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"previous_response_id\":\"resp_1\"",
        "\"conversation\":{\"id\":\"conv_1\"}",
        "\"prompt\":{\"id\":\"pmpt_1\"}"
      })
  void aPromptThatTheUpstreamKeepsHasNoKnownSize(String member) {
    assertEquals(-1, bytes("{\"model\":\"p/m\",\"input\":\"hi\"," + member + "}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"previous_response_id\":null", "\"prompt\":\"hi\""})
  void aPromptInTheBodyHasOne(String member) {
    assertEquals(member.length(), bytes("{\"model\":\"p/m\"," + member + "}"));
  }
}
