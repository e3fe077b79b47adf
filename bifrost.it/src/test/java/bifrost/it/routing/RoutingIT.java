package bifrost.it.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.Lab;
import bifrost.tck.upstream.Faults;
import bifrost.tck.upstream.OpenAi;
import bifrost.tck.upstream.Received;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which provider, key and model a call goes to: allow-lists, aliases, weights, fallbacks. */
@ExtendWith(Lab.Shared.class)
class RoutingIT {
  private final Lab lab;

  RoutingIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void aModelGoesToAKeyThatMayUseIt() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertEquals(200, lab.chat("listed/only-a").statusCode());
      assertEquals(200, lab.chat("listed/only-b").statusCode());
    }
    for (Received received : lab.upstream().requests()) {
      assertEquals(received.model().equals("only-a") ? "sk-la" : "sk-lb", received.key());
    }
  }

  @Test
  void weightsShareTheTraffic() throws Exception {
    for (int i = 0; i < 200; i++) {
      assertEquals(200, lab.chat("listed/both").statusCode());
    }
    int light = lab.upstream().requests(request -> request.key().equals("sk-la")).size();
    int heavy = lab.upstream().requests(request -> request.key().equals("sk-lb")).size();
    assertEquals(200, light + heavy);
    // 50 to 150 is expected; seven standard deviations either way
    assertTrue(light > 7 && light < 93, "light " + light + ", heavy " + heavy);
  }

  @Test
  void anAliasIsReplacedOnTheWire() throws Exception {
    assertEquals(200, lab.chat("listed/nick").statusCode());

    Received received = lab.upstream().awaitRequest();
    assertEquals("wire-name", received.model());
    assertEquals("sk-lc", received.key());
  }

  @ParameterizedTest
  @ValueSource(strings = {"listed/refused", "listed/never-listed"})
  void aModelThatNoKeyMayUseIsRefused(String model) throws Exception {
    HttpResponse<String> answer = lab.chat(model);

    assertTrue(answer.statusCode() == 404 || answer.statusCode() == 403, answer.body());
    assertTrue(answer.body().contains(model.substring(7)), answer.body());
    assertTrue(lab.upstream().requests().isEmpty());
  }

  @Test
  void aBareNameIsFoundThroughTheKeysThatListIt() throws Exception {
    assertEquals(200, lab.chat("only-groq").statusCode());
    assertEquals("gsk-groq", lab.upstream().awaitRequest().key());
  }

  @Test
  void aBareAliasIsFound() throws Exception {
    assertEquals(200, lab.chat("nick").statusCode());
    assertEquals("wire-name", lab.upstream().awaitRequest().model());
  }

  @Test
  void aBareNameOfAVendorGoesToTheVendor() throws Exception {
    assertEquals(200, lab.chat("gpt-4o").statusCode());
    assertEquals("sk-openai", lab.upstream().awaitRequest().key());
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody/knows-it", "never-heard-of-it"})
  void anUnknownModelIsNotFound(String model) throws Exception {
    HttpResponse<String> answer = lab.chat(model);

    assertEquals(404, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("model_not_found"), answer.body());
    assertTrue(answer.body().contains(model), answer.body());
  }

  @Test
  void aFallbackServesWhatThePrimaryCannot() throws Exception {
    lab.upstream().onKey("sk-openai", Faults.serverError(500));

    HttpResponse<String> answer =
        lab.post("/v1/chat/completions", withFallbacks("[\"groq/only-groq\"]"));

    assertEquals(200, answer.statusCode(), answer.body());
    Received last = lab.upstream().requests().getLast();
    assertEquals("gsk-groq", last.key());
    assertEquals("only-groq", last.model());
    assertFalse(last.text().contains("fallbacks"), last.text());
  }

  @Test
  void fallbacksAreTriedInOrderAndMayBeObjects() throws Exception {
    lab.upstream().onKey("sk-openai", Faults.rateLimited(1)).onKey("gsk-groq", Faults.badKey());

    HttpResponse<String> answer =
        lab.post(
            "/v1/chat/completions",
            withFallbacks(
                "[\"groq/only-groq\",{\"provider\":\"listed\",\"model\":\"only-a\"},"
                    + "\"retrying/m\"]"));

    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(3, lab.upstream().requests().size());
    assertEquals("sk-la", lab.upstream().requests().getLast().key());
  }

  @Test
  void aStreamFallsBackBeforeItsFirstByte() throws Exception {
    lab.upstream().onKey("sk-openai", Faults.reset());

    HttpResponse<String> answer =
        lab.post(
            "/v1/chat/completions",
            withFallbacks("[\"echo/echo-1\"]").replace("{\"model\"", "{\"stream\":true,\"model\""));

    assertEquals(200, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("[DONE]"), answer.body());
  }

  @Test
  void whenAllFailThePrimarysErrorIsReturned() throws Exception {
    lab.upstream()
        .onKey("sk-openai", OpenAi.error(503, "server_error", "first", "the primary is down"))
        .onKey("gsk-groq", OpenAi.error(500, "server_error", "second", "the fallback is down"));

    HttpResponse<String> answer =
        lab.post("/v1/chat/completions", withFallbacks("[\"groq/only-groq\"]"));

    assertEquals(503, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("the primary is down"), answer.body());
  }

  private static String withFallbacks(String fallbacks) {
    return "{\"model\":\"openai/m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
        + "\"fallbacks\":"
        + fallbacks
        + "}";
  }
}
