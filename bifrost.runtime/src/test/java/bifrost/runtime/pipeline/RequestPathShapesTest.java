package bifrost.runtime.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.filter.FilterDecision;
import bifrost.api.filter.FilteredRequest;
import bifrost.api.filter.RequestFilter;
import bifrost.api.filter.ResponseFilter;
import bifrost.api.model.ChatEvent;
import bifrost.api.model.ChatRequest;
import bifrost.api.model.FinishReason;
import bifrost.api.model.Operation;
import bifrost.api.model.Refusal;
import bifrost.api.model.Usage;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.Payload;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.ProviderDescriptor;
import bifrost.api.provider.ResponseSink.FrameKind;
import bifrost.runtime.pipeline.Doubles.ScriptedProvider;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.ServiceReference;

@Timeout(60)
class RequestPathShapesTest extends RequestPathSupport {
  @Test
  void aTypedProviderStreamsAndAnswersInTheInboundFormat() {
    provider(
        ProviderDescriptor.named("typed").withTyped(Operation.CHAT_COMPLETION).withoutKey(),
        (call, sink) -> {
          ChatRequest request = ((Payload.Chat) call.payload()).request();
          sink.event(new ChatEvent.Started("1", request.model(), 5));
          sink.event(new ChatEvent.TextDelta(0, request.messages().getLast().joinedText()));
          sink.event(new ChatEvent.TextDelta(0, "\"ä\n"));
          sink.event(new ChatEvent.ToolCallStarted(0, 0, "t", "f"));
          sink.event(new ChatEvent.ToolCallArguments(0, 0, "{}"));
          sink.event(new ChatEvent.Finished(0, FinishReason.TOOL_CALLS));
          sink.usage(Usage.ofTokens(1, 2));
          return Outcome.COMPLETED;
        });
    serve(CHAT.formatted("").replace("p/m", "typed/m"));
    assertTrue(client.text().contains("\"content\":\"hi\\\"ä\\n\""), client.text());
    assertTrue(client.text().contains("\"finish_reason\":\"tool_calls\""), client.text());
    assertTrue(client.text().contains("\"total_tokens\":3"), client.text());
    client.body.reset();
    serve(CHAT.formatted(",\"stream\":true").replace("p/m", "typed/m"));
    assertTrue(client.text().contains("{\"content\":\"hi\"}"), client.text());
    assertTrue(client.text().endsWith("data: [DONE]\n\n"), client.text());
    assertFalse(client.text().contains("usage"), client.text());
  }

  @Test
  void filtersRefuseReplaceAnswerAndSeeTheAnswerInReverse() {
    snapshot.provider("p", 0).key("p", "k", "*");
    ScriptedProvider provider = provider("p", (call, sink) -> answer(sink, "{\"ok\":1}"));
    FilterDecision[] decision = {FilterDecision.PROCEED};
    StringBuilder order = new StringBuilder();
    bindFilter(1, "a", order, decision);
    bindFilter(2, "b", order, decision);
    serve(CHAT.formatted(""));
    assertEquals("b? a? a! b! ", order.toString().replace("end ", ""));
    assertEquals("{\"ok\":1}ab", client.text());
    assertEquals(client.text().length(), client.length);

    client.body.reset();
    decision[0] = new FilterDecision.Refuse(Refusal.of(403, "guardrail", "no"));
    serve(CHAT.formatted(""));
    assertEquals(403, client.status);

    client.body.reset();
    decision[0] = new FilterDecision.Answer("text/plain", "cached".getBytes());
    serve(CHAT.formatted(""));
    assertEquals("cached", client.text());
    assertEquals(1, provider.calls().size());

    client.body.reset();
    decision[0] = new FilterDecision.Replace("{\"model\":\"p/other\"}".getBytes());
    serve(CHAT.formatted(""));
    assertEquals("other", provider.calls().getLast().target().model());
  }

  @Test
  void anAliasIsResolvedOnTheWire() {
    snapshot.provider("p", 0).key("p", "k", "*");
    ScriptedProvider provider = provider("p", (call, sink) -> answer(sink, "{}"));
    serve("{\"model\":\"p/alias\"}");
    ProviderCall call = provider.calls().getFirst();
    assertEquals("real-name", call.target().model());
    Payload.Raw raw = (Payload.Raw) call.payload();
    assertEquals(
        "{\"model\":\"real-name\"}",
        raw.body().slices().orElseThrow().stream()
            .map(b -> StandardCharsets.UTF_8.decode(b).toString())
            .reduce("", String::concat));
  }

  @Test
  void usageFramesAreHiddenFromACallerThatDidNotAsk() {
    snapshot.provider("p", 0).key("p", "k", "*");
    provider(
        "p",
        (call, sink) -> {
          sink.head(streamHead());
          frame(sink, "data: a\n\n", FrameKind.CONTENT);
          frame(sink, "data: usage\n\n", FrameKind.USAGE);
          frame(sink, "data: [DONE]\n\n", FrameKind.DONE);
          return Outcome.COMPLETED;
        });
    serve(CHAT.formatted(",\"stream\":true"));
    assertEquals("data: a\n\ndata: [DONE]\n\n", client.text());
    client.body.reset();
    serve(CHAT.formatted(",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
    assertTrue(client.text().contains("usage"));
  }

  private void bindFilter(long rank, String name, StringBuilder order, FilterDecision[] decision) {
    ServiceReference<RequestFilter> reference = Doubles.reference(rank, "1.0.0");
    plugins.bindFilter(
        reference,
        new RequestFilter() {
          @Override
          public FilterDecision before(FilteredRequest request) {
            order.append(name).append("? ");
            return decision[0];
          }

          @Override
          public Optional<ResponseFilter> response(FilteredRequest request) {
            return Optional.of(
                new ResponseFilter() {
                  @Override
                  public Optional<ByteBuffer> chunk(ByteBuffer data) {
                    order.append(name).append("! ");
                    String text = StandardCharsets.UTF_8.decode(data) + name;
                    return Optional.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
                  }

                  @Override
                  public void end(boolean complete) {
                    order.append("end ");
                  }
                });
          }
        });
  }
}
