package bifrost.providers.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bifrost.api.model.Answer;
import bifrost.api.model.Usage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class OpenAiUsageTest {

  @Test
  void aChatsUsageHasItsDetails() {
    assertEquals(
        Optional.of(new Usage(100, 50, 80, 0, 30, 0, 0, 0)),
        usage(
            """
            {"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,
             "prompt_tokens_details":{"cached_tokens":80,"audio_tokens":0},
             "completion_tokens_details":{"reasoning_tokens":30,"audio_tokens":0,
              "accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}"""));
  }

  @Test
  void aResponsesUsageHasOtherNames() {
    assertEquals(
        Optional.of(new Usage(10, 20, 4, 0, 15, 0, 0, 0)),
        usage(
            """
            {"input_tokens":10,"input_tokens_details":{"cached_tokens":4},"output_tokens":20,
             "output_tokens_details":{"reasoning_tokens":15},"total_tokens":30}"""));
  }

  @Test
  void anEmbeddingHasInputOnly() {
    assertEquals(
        Optional.of(Usage.ofTokens(8, 0)), usage("{\"prompt_tokens\":8,\"total_tokens\":8}"));
  }

  @Test
  void reasoningThatIsCountedApartIsAdded() {
    assertEquals(
        Optional.of(new Usage(10, 25, 0, 0, 20, 0, 0, 0)),
        usage(
            """
            {"prompt_tokens":10,"completion_tokens":5,"total_tokens":35,
             "completion_tokens_details":{"reasoning_tokens":20}}"""));
  }

  @Test
  void deepSeeksCacheIsFound() {
    assertEquals(
        Optional.of(new Usage(10, 5, 7, 0, 0, 0, 0, 0)),
        usage(
            """
            {"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,
             "prompt_cache_hit_tokens":7,"prompt_cache_miss_tokens":3}"""));
  }

  @Test
  void audioIsCountedInTime() {
    assertEquals(
        Optional.of(new Usage(0, 0, 0, 0, 0, 0, 9500, 0)),
        usage("{\"type\":\"duration\",\"seconds\":9.5}"));
  }

  @Test
  void whatCannotBeBelievedIsNone() {
    for (String bad :
        List.of(
            "{\"prompt_tokens\":-1}",
            "{\"prompt_tokens\":1e40}",
            "{\"prompt_tokens\":",
            "[1]",
            "\"x\"",
            "7",
            "{\"prompt_tokens\":99999999999999999999}")) {
      assertEquals(Optional.empty(), usage(bad), bad);
    }
  }

  @Test
  void modelsAreReadFromBothShapes() throws Exception {
    List<Answer.Model> expected =
        List.of(new Answer.Model("a", "me", 7), new Answer.Model("b", "", 0));
    String models =
        "[{\"id\":\"a\",\"owned_by\":\"me\",\"created\":7,\"x\":{\"id\":\"no\"}},{\"id\":\"b\"},{\"z\":1}]";
    assertEquals(expected, models(models));
    assertEquals(
        expected, models("{\"object\":\"list\",\"meta\":{\"data\":[]},\"data\":" + models + "}"));
    for (String bad : List.of("", "{}", "{\"data\":{}}", "{\"data\":[{\"id\":\"a\"", "<html>")) {
      Assertions.assertThrows(
          bifrost.providers.http.UpstreamException.class, () -> models(bad), bad);
    }
  }

  private static List<Answer.Model> models(String json) throws Exception {
    return OpenAiModels.parse(json.getBytes(StandardCharsets.UTF_8)).models();
  }

  private static Optional<Usage> usage(String json) {
    return OpenAiUsage.parse(json.getBytes(StandardCharsets.UTF_8));
  }
}
