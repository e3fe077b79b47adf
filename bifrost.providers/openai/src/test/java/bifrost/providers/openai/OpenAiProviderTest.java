package bifrost.providers.openai;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Answer;
import bifrost.api.model.Header;
import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.Payload;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.Target;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.client.SharedHttpUpstream;
import bifrost.tck.provider.RecordingSink;
import bifrost.tck.provider.TestBody;
import bifrost.tck.provider.TestCall;
import bifrost.tck.upstream.Faults;
import bifrost.tck.upstream.OpenAi;
import bifrost.tck.upstream.Received;
import bifrost.tck.upstream.UpstreamSimulator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class OpenAiProviderTest {
  private static final String CHAT = "{\"model\":\"gpt-4o\",\"messages\":[],\"x_new\":[1.0]}";

  private final UpstreamSimulator upstream = UpstreamSimulator.start();
  private final SharedHttpUpstream http = new SharedHttpUpstream();
  private final OpenAiProvider provider = new OpenAiProvider(http);
  private final RecordingSink sink = new RecordingSink();

  @AfterEach
  void stop() {
    http.deactivate();
    upstream.close();
    assertEquals(List.of(), sink.faults());
    assertEquals(List.of(), upstream.failures());
  }

  @Test
  void aChatPassesThroughByteForByteWithItsUsage() throws Exception {
    String answer =
        "{ \"id\":\"1\" ,\"new_field\":1.50,\n\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n";
    upstream.next(wire -> wire.json(200, answer));

    assertEquals(Outcome.COMPLETED, call(Operation.CHAT_COMPLETION, CHAT));
    assertEquals(answer, sink.text());
    assertEquals(Usage.ofTokens(3, 4), sink.usage().orElseThrow());
    assertEquals(sink.body().length, sink.head().orElseThrow().length());
    Received received = upstream.awaitRequest();
    assertEquals("sk-test", received.key());
    assertEquals("/v1/chat/completions", received.path());
    assertEquals(CHAT, received.text());
  }

  @Test
  void everyOperationIsAnsweredAndItsUsageReported() throws Exception {
    assertEquals(Outcome.COMPLETED, call(Operation.TEXT_COMPLETION, "{\"prompt\":\"a\"}"));
    assertEquals(Usage.ofTokens(11, 7), new Fresh(Operation.TEXT_COMPLETION, "{}").usage());
    assertEquals(
        11,
        new Fresh(Operation.RESPONSES, "{\"model\":\"m\",\"input\":\"a\"}").usage().inputTokens());
    assertEquals(
        0,
        new Fresh(Operation.EMBEDDING, "{\"model\":\"m\",\"input\":\"a\"}").usage().outputTokens());
    assertEquals(1, new Fresh(Operation.IMAGE_GENERATION, "{\"prompt\":\"a\"}").usage().images());
    assertEquals(
        5,
        new Fresh(Operation.SPEECH, "{\"model\":\"tts-1\",\"input\":\"h\\u00e9y \\ud83c\\udf89\"}")
            .usage()
            .characters());
  }

  @Test
  void speechPassesAsBytes() throws Exception {
    byte[] audio = new byte[50_000];
    new java.util.Random(3).nextBytes(audio);
    upstream.next(OpenAi.speech(audio, 999));
    assertEquals(Outcome.COMPLETED, call(Operation.SPEECH, "{\"input\":\"a\"}"));
    assertArrayEquals(audio, sink.body());
    assertEquals("audio/mpeg", sink.head().orElseThrow().contentType());
    assertEquals(-1, sink.head().orElseThrow().length());
  }

  @Test
  void anUploadStreamsThrough() throws Exception {
    String form =
        "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n"
            + "0123456789\r\n--b--\r\n";
    Payload.Raw payload =
        new Payload.Raw(
            WireFormat.OPENAI,
            "multipart/form-data; boundary=b",
            TestBody.streamed(form.getBytes(StandardCharsets.UTF_8)));
    TestCall call = TestCall.to(target(), Operation.TRANSCRIPTION, payload);
    assertEquals(Outcome.COMPLETED, provider.call(call.start(), sink));
    assertTrue(sink.text().contains("The quick brown fox."));
    assertEquals(form, upstream.awaitRequest().text());
  }

  @Test
  void modelsAreListed() throws Exception {
    TestCall call = TestCall.to(target(), Operation.LIST_MODELS, new Payload.None());
    assertEquals(Outcome.COMPLETED, provider.call(call.start(), sink));
    Answer.Models models = assertInstanceOf(Answer.Models.class, sink.answer().orElseThrow());
    assertEquals(
        List.of("gpt-4o", "gpt-4o-mini", "text-embedding-3-small"),
        models.models().stream().map(Answer.Model::id).toList());
    assertEquals("GET", upstream.awaitRequest().method());
  }

  @Test
  void onlyFieldsOfUseAreRelayed() throws Exception {
    upstream.next(
        wire ->
            wire.json(
                200,
                "{}",
                "x-request-id: r1",
                "OpenAI-Processing-Ms: 5",
                "x-ratelimit-remaining-requests: 9",
                "Set-Cookie: a=b",
                "Server: x",
                "Strict-Transport-Security: max-age=1"));
    call(Operation.CHAT_COMPLETION, CHAT);
    assertEquals(
        List.of("OpenAI-Processing-Ms", "x-ratelimit-remaining-requests", "x-request-id"),
        sink.head().orElseThrow().headers().stream()
            .map(Header::name)
            .sorted(String.CASE_INSENSITIVE_ORDER)
            .toList());
  }

  @Test
  void anErrorKeepsItsBodyForPassThrough() throws Exception {
    upstream.next(Faults.rateLimited(7));
    UpstreamFailure failure = failure(call(Operation.CHAT_COMPLETION, CHAT));
    assertEquals(Kind.RATE_LIMITED, failure.kind());
    assertEquals("openai answered 429: Rate limit reached", failure.message());
    assertEquals(Duration.ofSeconds(7), failure.retryAfter().orElseThrow());
    assertEquals("application/json", failure.contentType());
    assertTrue(new String(failure.body()).contains("\"rate_limit_error\""));
    assertTrue(sink.isUntouched());
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 307, 404, 418, 599})
  void noOtherStatusIsAnAnswer(int status) throws Exception {
    upstream.next(wire -> wire.answer(status, "text/plain", new byte[0]));
    assertEquals(status, failure(call(Operation.CHAT_COMPLETION, CHAT)).status());
    assertTrue(sink.isUntouched());
  }

  @Test
  void aWebPageIsNoAnswer() throws Exception {
    upstream.next(Faults.wrongContentType());
    UpstreamFailure failure = failure(call(Operation.CHAT_COMPLETION, CHAT));
    assertEquals(Kind.PROTOCOL, failure.kind());
    assertTrue(failure.message().contains("network_config.base_url"));
    assertTrue(sink.isUntouched());
  }

  @Test
  void aWholeAnswerThatBreaksOffIsCut() throws Exception {
    upstream.next(Faults.shortBody());
    assertEquals(Kind.CUT, failure(call(Operation.CHAT_COMPLETION, CHAT)).kind());
    assertTrue(sink.isCommitted());
  }

  @Test
  void aListThatIsNoneIsAProtocolFailure() throws Exception {
    upstream.next(Faults.malformedJson());
    TestCall call = TestCall.to(target(), Operation.LIST_MODELS, new Payload.None());
    assertEquals(Kind.PROTOCOL, failure(provider.call(call.start(), sink)).kind());
    assertTrue(sink.isUntouched());
  }

  @Test
  void aCompressedAnswerPassesUnread() throws Exception {
    byte[] packed = {31, -117, 8, 0, 1, 2, 3};
    upstream.next(wire -> wire.answer(200, "application/json", packed, "Content-Encoding: gzip"));
    assertEquals(Outcome.COMPLETED, call(Operation.CHAT_COMPLETION, CHAT));
    assertArrayEquals(packed, sink.body());
    assertTrue(
        sink.head().orElseThrow().headers().stream().anyMatch(h -> h.is("content-encoding")));
  }

  @Test
  void connectionsOutliveTheProvider() throws Exception {
    call(Operation.CHAT_COMPLETION, CHAT);
    RecordingSink next = new RecordingSink();
    new OpenAiProvider(http).call(ordinary(Operation.CHAT_COMPLETION, CHAT), next);
    assertFalse(next.text().isEmpty());
    assertEquals(1, upstream.connections());
  }

  private Outcome call(Operation operation, String body) throws InterruptedException {
    return provider.call(ordinary(operation, body), sink);
  }

  private ProviderCall ordinary(Operation operation, String body) {
    return TestCall.to(target(), operation, TestCall.json(WireFormat.OPENAI, body)).start();
  }

  private static UpstreamFailure failure(Outcome outcome) {
    return assertInstanceOf(Outcome.Failed.class, outcome).failure();
  }

  private Target target() {
    return TestCall.target(
        "openai", "gpt-4o", "sk-test", NetworkSettings.DEFAULT.withBaseUrl(upstream.baseUrl()));
  }

  /** A call with a sink of its own. */
  private final class Fresh {
    private final RecordingSink own = new RecordingSink();

    Fresh(Operation operation, String body) throws InterruptedException {
      assertEquals(Outcome.COMPLETED, provider.call(ordinary(operation, body), own));
      assertEquals(List.of(), own.faults());
    }

    Usage usage() {
      return own.usage().orElseThrow();
    }
  }
}
