package bifrost.providers.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Answer;
import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.Payload;
import bifrost.api.provider.ResponseSink.FrameKind;
import bifrost.providers.http.client.SharedHttpUpstream;
import bifrost.tck.provider.RecordingSink;
import bifrost.tck.provider.TestCall;
import bifrost.tck.upstream.UpstreamSimulator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenAiProviderTest {
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
  void aChatPassesThroughWithItsUsage() throws Exception {
    Outcome outcome =
        provider.call(
            call(Operation.CHAT_COMPLETION, "{\"model\":\"gpt-4o\",\"messages\":[]}"), sink);

    assertEquals(Outcome.COMPLETED, outcome);
    assertEquals(Usage.ofTokens(11, 7), sink.usage().orElseThrow());
    assertEquals(sink.body().length, sink.head().orElseThrow().length());
    assertTrue(sink.text().contains("Hello, world!"));
    assertEquals("sk-test", upstream.awaitRequest().key());
    assertEquals("/v1/chat/completions", upstream.awaitRequest().path());
    assertEquals("{\"model\":\"gpt-4o\",\"messages\":[]}", upstream.awaitRequest().text());
  }

  @Test
  void aStreamedChatPassesFrameByFrame() throws Exception {
    String body =
        "{\"model\":\"gpt-4o\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[]}";
    Outcome outcome = provider.call(streamed(Operation.CHAT_COMPLETION, body), sink);

    assertEquals(Outcome.COMPLETED, outcome);
    assertEquals(List.of("data: [DONE]\n\n"), sink.frames(FrameKind.DONE));
    assertEquals(1, sink.frames(FrameKind.USAGE).size());
    assertEquals(6, sink.frames(FrameKind.CONTENT).size());
    assertEquals(Usage.ofTokens(11, 7), sink.usage().orElseThrow());
  }

  @Test
  void modelsAreListed() throws Exception {
    TestCall call = TestCall.to(target(), Operation.LIST_MODELS, new Payload.None());

    assertEquals(Outcome.COMPLETED, provider.call(call.start(), sink));
    Answer.Models models = assertInstanceOf(Answer.Models.class, sink.answer().orElseThrow());
    assertEquals(
        List.of("gpt-4o", "gpt-4o-mini", "text-embedding-3-small"),
        models.models().stream().map(Answer.Model::id).toList());
  }

  private bifrost.api.provider.ProviderCall call(Operation operation, String body) {
    return TestCall.to(target(), operation, TestCall.json(WireFormat.OPENAI, body)).start();
  }

  private bifrost.api.provider.ProviderCall streamed(Operation operation, String body) {
    return TestCall.to(target(), operation, TestCall.json(WireFormat.OPENAI, body))
        .streamed()
        .start();
  }

  private bifrost.api.provider.Target target() {
    return TestCall.target(
        "openai", "gpt-4o", "sk-test", NetworkSettings.DEFAULT.withBaseUrl(upstream.baseUrl()));
  }
}
