package bifrost.it.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.Lab;
import bifrost.tck.upstream.Faults;
import bifrost.tck.upstream.OpenAi;
import bifrost.tck.upstream.Received;
import bifrost.tck.upstream.Reply;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is tried again, with which key, and what is not. */
@ExtendWith(Lab.Shared.class)
class RetryIT {
  private final Lab lab;

  RetryIT(Lab lab) {
    this.lab = lab;
  }

  static Stream<Arguments> passing() {
    return Stream.of(
        Arguments.of("reset", Faults.reset()),
        Arguments.of("closed", Faults.close()),
        Arguments.of("500", Faults.serverError(500)),
        Arguments.of("502 with HTML", Faults.htmlError()),
        Arguments.of("503", Faults.serverError(503)),
        Arguments.of("529", Faults.serverError(529)),
        Arguments.of("no HTTP", Faults.garbage()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("passing")
  void aFailureThatPassesIsRepeatedWithTheSameKey(String name, Reply failure) throws Exception {
    lab.upstream().next(failure, failure);

    HttpResponse<String> answer = lab.chat("retrying/m");

    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(List.of("sk-t1", "sk-t1", "sk-t1"), keys());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("passing")
  void aStreamIsRepeatedBeforeItsFirstByte(String name, Reply failure) throws Exception {
    lab.upstream().next(failure);

    HttpResponse<String> answer = lab.post("/v1/chat/completions", Lab.streamBody("retrying/m"));

    assertEquals(200, answer.statusCode(), answer.body());
    assertTrue(answer.body().endsWith("data: [DONE]\n\n"), answer.body());
    assertEquals(2, lab.upstream().requests().size());
  }

  @Test
  void repeatsAreBounded() throws Exception {
    lab.upstream().onModel("m", Faults.serverError(503));

    HttpResponse<String> answer = lab.chat("retrying/m");

    assertEquals(503, answer.statusCode(), answer.body());
    assertEquals(3, lab.upstream().requests().size());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 409, 413, 422})
  void anErrorOfTheCallerIsNotRepeated(int status) throws Exception {
    lab.upstream().onModel("m", OpenAi.error(status, "invalid_request_error", "no", "wrong"));

    HttpResponse<String> answer = lab.chat("rotating/m");

    assertEquals(status, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("wrong"), answer.body());
    assertEquals(1, lab.upstream().requests().size());
  }

  @Test
  void aProviderWithoutRetriesIsAskedOnce() throws Exception {
    lab.upstream().onModel("m", Faults.serverError(500));

    assertEquals(500, lab.chat("openai/m").statusCode());
    assertEquals(1, lab.upstream().requests().size());
  }

  @Test
  void aRateLimitRotatesTheKey() throws Exception {
    lab.upstream().next(Faults.rateLimited(30), Faults.rateLimited(30));

    HttpResponse<String> answer = lab.chat("rotating/m");

    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(Set.of("sk-r1", "sk-r2", "sk-r3"), Set.copyOf(keys()));
    assertEquals(3, keys().size());
  }

  @Test
  void retryAfterIsWaitedForWhenNoOtherKeyIsLeft() throws Exception {
    lab.upstream().next(Faults.rateLimited(1));

    assertEquals(200, lab.chat("retrying/m").statusCode());

    List<Received> requests = lab.upstream().requests();
    long waited = requests.get(1).arrivedNanos() - requests.get(0).arrivedNanos();
    assertTrue(waited >= 990_000_000L, "waited " + waited / 1_000_000 + " ms");
  }

  @Test
  void aRateLimitThatStaysReachesTheCallerWithItsRetryAfter() throws Exception {
    lab.upstream().onModel("m", Faults.rateLimited(7));

    HttpResponse<String> answer = lab.chat("openai/m");

    assertEquals(429, answer.statusCode(), answer.body());
    assertEquals("7", answer.headers().firstValue("Retry-After").orElse("none"));
  }

  static Stream<Arguments> deadKeys() {
    return Stream.of(
        Arguments.of(401, Faults.badKey()),
        Arguments.of(402, Faults.noCredit()),
        Arguments.of(403, Faults.forbidden()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("deadKeys")
  void aDeadKeyIsLeftForTheNextOne(int status, Reply refusal) throws Exception {
    lab.upstream().onKey("sk-r1", refusal).onKey("sk-r2", refusal);

    for (int i = 0; i < 6; i++) {
      assertEquals(200, lab.chat("rotating/m").statusCode());
    }
    List<Received> answered = lab.upstream().requests(request -> request.key().equals("sk-r3"));
    assertEquals(6, answered.size());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("deadKeys")
  void whenAllKeysAreDeadTheCallerIsToldSo(int status, Reply refusal) throws Exception {
    lab.upstream().onModel("m", refusal);

    HttpResponse<String> answer = lab.chat("rotating/m");

    assertEquals(502, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("upstream_credentials_exhausted"), answer.body());
    assertEquals(3, keys().size());
    assertEquals(Set.of("sk-r1", "sk-r2", "sk-r3"), Set.copyOf(keys()));
    for (String key : keys()) {
      assertTrue(!answer.body().contains(key), "the answer names a key");
    }
  }

  @Test
  void aDeadKeyIsLeftThoughNoRetriesAreConfigured() throws Exception {
    lab.upstream().onKey("sk-la", Faults.badKey());

    for (int i = 0; i < 10; i++) {
      assertEquals(200, lab.chat("listed/both").statusCode());
    }
    assertEquals(10, lab.upstream().requests(r -> r.key().equals("sk-lb")).size());
  }

  private List<String> keys() {
    return lab.upstream().requests().stream().map(Received::key).collect(Collectors.toList());
  }
}
