package bifrost.providers.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.ResponseSink.FrameKind;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.client.SharedHttpUpstream;
import bifrost.tck.provider.RecordingSink;
import bifrost.tck.provider.TestCall;
import bifrost.tck.upstream.Faults;
import bifrost.tck.upstream.Reply;
import bifrost.tck.upstream.UpstreamSimulator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OpenAiStreamTest {
  private static final String DELTA =
      "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\\\"usage\\\":{\"}}],\"usage\":null}";
  private static final String USAGE =
      "{\"choices\":[ ],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}";

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
  void framesPassByteForByteAndTheirKindsAreKnown() throws Exception {
    String stream =
        ": hello\r\n\r\ndata: "
            + DELTA
            + "\r\n\r\n: ping\n\ndata:"
            + USAGE
            + "\n\ndata: [DONE]\n\n";
    assertEquals(Outcome.COMPLETED, call(Operation.CHAT_COMPLETION, raw(stream)));
    assertEquals(
        List.of("data: " + DELTA + "\r\n\r\n", ": ping\n\n"), sink.frames(FrameKind.CONTENT));
    assertEquals(List.of("data:" + USAGE + "\n\n"), sink.frames(FrameKind.USAGE));
    assertEquals(List.of("data: [DONE]\n\n"), sink.frames(FrameKind.DONE));
    assertEquals(Usage.ofTokens(3, 4), sink.usage().orElseThrow());
  }

  @Test
  void usageBesideContentIsContent() throws Exception {
    String both =
        "{\"choices\":[{\"delta\":{}}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}";
    call(Operation.CHAT_COMPLETION, raw("data: " + both + "\n\ndata: [DONE]\n\n"));
    assertEquals(0, sink.frames(FrameKind.USAGE).size());
    assertEquals(Usage.ofTokens(3, 4), sink.usage().orElseThrow());
  }

  @Test
  void theConnectionOfAStreamIsUsedAgain() throws Exception {
    for (int i = 0; i < 3; i++) {
      RecordingSink own = new RecordingSink();
      assertEquals(
          Outcome.COMPLETED, provider.call(streamed("openai", Operation.CHAT_COMPLETION), own));
    }
    assertEquals(1, upstream.connections());
  }

  @Test
  void anErrorBeforeContentIsAFailureOfItsKind() throws Exception {
    String error = "{\"error\":{\"message\":\"slow down\",\"code\":429}}";
    UpstreamFailure failure =
        failure(call(Operation.CHAT_COMPLETION, raw(": wait\n\ndata: " + error + "\n\n")));
    assertEquals(Kind.RATE_LIMITED, failure.kind());
    assertTrue(failure.message().endsWith("slow down"), failure.message());
    assertTrue(sink.isUntouched());
  }

  @Test
  void anErrorAfterContentIsPassedOnAndCutsTheAnswer() throws Exception {
    assertEquals(
        Kind.CUT, failure(call(Operation.CHAT_COMPLETION, Faults.errorEvent("Hello"))).kind());
    assertTrue(sink.frames(FrameKind.CONTENT).getLast().contains("Overloaded in mid-stream"));
  }

  @Test
  void aChatWithoutItsEndIsCut() throws Exception {
    assertEquals(
        Kind.CUT, failure(call(Operation.CHAT_COMPLETION, raw("data: " + DELTA + "\n\n"))).kind());
  }

  @Test
  void anEndMarkWithoutItsEmptyLineCounts() throws Exception {
    for (String end : List.of("data: [DONE]", "data:[DONE]\n", "data: [DONE]\r\n")) {
      RecordingSink own = new RecordingSink();
      upstream.next(raw("data: " + DELTA + "\n\n" + end));
      assertEquals(
          Outcome.COMPLETED, provider.call(streamed("openai", Operation.CHAT_COMPLETION), own));
      assertEquals(List.of("data: [DONE]\n\n"), own.frames(FrameKind.DONE));
    }
    assertEquals(
        Kind.CUT,
        failure(call(Operation.CHAT_COMPLETION, raw("data: " + DELTA + "\n\ndata: [DON"))).kind());
  }

  @Test
  void aStreamOfNothingMayBeTriedAgain() throws Exception {
    assertEquals(Kind.PROTOCOL, failure(call(Operation.CHAT_COMPLETION, raw(": a\n\n"))).kind());
    assertTrue(sink.isUntouched());
  }

  @Test
  void aVendorWithoutAnEndMarkIsComplete() throws Exception {
    upstream.next(raw("data: " + DELTA + "\n\n"));
    assertEquals(
        Outcome.COMPLETED, provider.call(streamed("perplexity", Operation.CHAT_COMPLETION), sink));
  }

  @Test
  void groqsUsageIsFoundWhereItIs() throws Exception {
    String last =
        "{\"choices\":[{}],\"x_groq\":{\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":6}}}";
    call(Operation.CHAT_COMPLETION, raw("data: " + last + "\n\ndata: [DONE]\n\n"));
    assertEquals(Usage.ofTokens(5, 6), sink.usage().orElseThrow());
  }

  @Test
  void aResponseEndsWithItsLastEventAndHasItsUsageThere() throws Exception {
    assertEquals(Outcome.COMPLETED, provider.call(streamed("openai", Operation.RESPONSES), sink));
    assertEquals(11, sink.usage().orElseThrow().inputTokens());
    assertTrue(sink.frames(FrameKind.CONTENT).getLast().contains("response.completed"));
    assertEquals(0, sink.frames(FrameKind.USAGE).size());
  }

  @Test
  void aResponseWithoutItsLastEventIsCut() throws Exception {
    String created = "event: response.created\ndata: {\"type\":\"response.created\"}\n\n";
    assertEquals(Kind.CUT, failure(call(Operation.RESPONSES, raw(created))).kind());
  }

  @Test
  void anErrorEventOfAResponseIsAFailure() throws Exception {
    String error = "event: error\ndata: {\"type\":\"error\",\"code\":\"x\",\"message\":\"no\"}\n\n";
    UpstreamFailure failure = failure(call(Operation.RESPONSES, raw(error)));
    assertEquals(Kind.SERVER_ERROR, failure.kind());
    assertTrue(failure.message().endsWith(": no"), failure.message());
    assertTrue(sink.isUntouched());
  }

  @Test
  void aTranscriptStreamsWithItsUsage() throws Exception {
    String stream =
        "data: {\"type\":\"transcript.text.delta\",\"delta\":\"a\"}\n\n"
            + "data: {\"type\":\"transcript.text.done\",\"text\":\"a\","
            + "\"usage\":{\"type\":\"tokens\",\"input_tokens\":8,\"output_tokens\":2}}\n\n";
    assertEquals(Outcome.COMPLETED, call(Operation.TRANSCRIPTION, raw(stream)));
    assertEquals(Usage.ofTokens(8, 2), sink.usage().orElseThrow());
  }

  @Test
  void anAnswerThatIsNoStreamPassesAsBytes() throws Exception {
    String whole = "{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}";
    assertEquals(Outcome.COMPLETED, call(Operation.CHAT_COMPLETION, wire -> wire.json(200, whole)));
    assertEquals(whole, sink.text());
    assertEquals(List.of(), sink.frames());
    assertEquals(Usage.ofTokens(3, 4), sink.usage().orElseThrow());
  }

  @Test
  void anEventBeyondTheBoundEndsTheAnswer() throws Exception {
    String huge = "data: " + "x".repeat(2 << 20) + "\n\n";
    assertEquals(Kind.PROTOCOL, failure(call(Operation.CHAT_COMPLETION, raw(huge))).kind());
  }

  @Test
  void anImageMayBeLargerThanAChatsEvent() throws Exception {
    String huge = "data: {\"b64_json\":\"" + "x".repeat(2 << 20) + "\"}\n\n";
    assertEquals(Outcome.COMPLETED, call(Operation.IMAGE_GENERATION, raw(huge)));
    assertEquals(huge, sink.text());
  }

  private Outcome call(Operation operation, Reply reply) throws InterruptedException {
    upstream.next(reply);
    return provider.call(streamed("openai", operation), sink);
  }

  private ProviderCall streamed(String vendor, Operation operation) {
    return TestCall.to(
            TestCall.target(
                vendor, "m", "sk-test", NetworkSettings.DEFAULT.withBaseUrl(upstream.baseUrl())),
            operation,
            TestCall.json(WireFormat.OPENAI, "{\"model\":\"m\",\"input\":\"a\",\"stream\":true}"))
        .streamed()
        .start();
  }

  private static Reply raw(String stream) {
    return wire -> {
      wire.startEvents();
      wire.chunk(stream);
      wire.end();
    };
  }

  private static UpstreamFailure failure(Outcome outcome) {
    return assertInstanceOf(Outcome.Failed.class, outcome).failure();
  }
}
