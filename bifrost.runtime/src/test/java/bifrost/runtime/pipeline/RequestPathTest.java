package bifrost.runtime.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.filter.FilterDecision;
import bifrost.api.filter.FilteredRequest;
import bifrost.api.filter.RequestFilter;
import bifrost.api.filter.ResponseFilter;
import bifrost.api.governance.Settlement.Exit;
import bifrost.api.model.ChatEvent;
import bifrost.api.model.ChatRequest;
import bifrost.api.model.FinishReason;
import bifrost.api.model.Operation;
import bifrost.api.model.Refusal;
import bifrost.api.model.Usage;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.Cancellation.Reason;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.Payload;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.ProviderDescriptor;
import bifrost.api.provider.ResponseHead;
import bifrost.api.provider.ResponseSink;
import bifrost.api.provider.ResponseSink.FrameKind;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.api.snapshot.ClientSettings;
import bifrost.runtime.format.InboundBody;
import bifrost.runtime.format.OpenAiFormat;
import bifrost.runtime.metrics.TestMetrics;
import bifrost.runtime.pipeline.Doubles.Behaviour;
import bifrost.runtime.pipeline.Doubles.CountingGovernor;
import bifrost.runtime.pipeline.Doubles.RecordingClient;
import bifrost.runtime.pipeline.Doubles.ScriptedProvider;
import bifrost.runtime.provider.ProviderRegistry;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.ServiceReference;

@Timeout(60)
class RequestPathTest {
  private static final String CHAT =
      "{\"model\":\"p/m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]%s}";

  private final TestSnapshot snapshot = new TestSnapshot();
  private final ProviderRegistry registry = new ProviderRegistry();
  private final Plugins plugins = new Plugins();
  private final CountingGovernor governor = new CountingGovernor();
  private final RecordingClient client = new RecordingClient();
  private RequestPath path;

  private ScriptedProvider provider(String name, Behaviour behaviour) {
    return provider(
        ProviderDescriptor.named(name).withRaw(Operation.CHAT_COMPLETION, WireFormat.OPENAI),
        behaviour);
  }

  private ScriptedProvider provider(ProviderDescriptor descriptor, Behaviour behaviour) {
    ScriptedProvider provider = new ScriptedProvider(descriptor, behaviour);
    registry.bindProvider(Doubles.reference(registry.list().size() + 1, "1.0.0"), provider);
    return provider;
  }

  private void start() {
    if (path == null) {
      plugins.bindGovernor(Doubles.reference(100, "1.0.0"), governor);
      path =
          new RequestPath(
              snapshot, registry, plugins, TestMetrics.create(), () -> 0, System::nanoTime);
    }
  }

  private void serve(String body) {
    start();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    path.serve(
        new InboundRequest(
            "id-1",
            Operation.CHAT_COMPLETION,
            new OpenAiFormat(),
            "/v1/chat/completions",
            Optional.empty(),
            List.of(),
            Map.of(),
            new InboundBody("application/json", bytes.length, new ByteArrayInputStream(bytes))),
        client);
  }

  private static Outcome answer(ResponseSink sink, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    sink.head(new ResponseHead(200, "application/json", bytes.length, List.of()));
    sink.bytes(ByteBuffer.wrap(bytes));
    sink.usage(Usage.ofTokens(3, 4));
    return Outcome.COMPLETED;
  }

  private static Outcome failed(Kind kind, int status) {
    return Outcome.failed(
        new UpstreamFailure(
            kind, status, kind + " says no", Optional.empty(), new byte[0], "", false));
  }

  private static void frame(ResponseSink sink, String text, FrameKind kind) {
    sink.frame(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), kind);
  }

  private static ResponseHead streamHead() {
    return new ResponseHead(200, "text/event-stream", -1, List.of());
  }

  @AfterEach
  void everyReservationAndEveryHoldIsEndedExactlyOnce() {
    assertEquals(governor.admitted.get(), governor.settled.get(), "settled");
    assertEquals(
        governor.held.get(), governor.charged.get() + governor.released.get(), "holds ended");
    if (path != null) {
      assertEquals(0, path.inFlight().count());
    }
  }

  @Test
  void anAnswerPassesThroughAndIsCharged() {
    snapshot.provider("p", 0).key("p", "k", "*");
    ScriptedProvider provider = provider("p", (call, sink) -> answer(sink, "{\"ok\":1}"));
    serve(CHAT.formatted(""));
    assertEquals(200, client.status);
    assertEquals("{\"ok\":1}", client.text());
    assertTrue(client.last);
    assertEquals(List.of(Usage.ofTokens(3, 4)), governor.charges);
    assertEquals(Exit.SUCCESS, governor.settlements.getFirst().exit());
    assertEquals(7, governor.settlements.getFirst().costNanos());
    assertEquals("secret-k", provider.calls().getFirst().target().credential().reveal());
    assertEquals("p", client.header("x-bf-provider").orElseThrow());
  }

  @Test
  void serverErrorsAreRetriedAndTheAttemptsReleased() {
    snapshot.provider("p", 2).key("p", "k", "*");
    int[] calls = {0};
    provider(
        "p", (call, sink) -> ++calls[0] < 3 ? failed(Kind.SERVER_ERROR, 500) : answer(sink, "{}"));
    serve(CHAT.formatted(""));
    assertEquals(200, client.status);
    assertEquals(2, governor.released.get());
    assertEquals(1, governor.charged.get());
  }

  @Test
  void aDeadKeyIsReplacedEvenWithoutRetriesAndAllDeadIs502() {
    snapshot.provider("p", 0).key("p", "a", "*").key("p", "b", "*");
    ScriptedProvider provider = provider("p", (call, sink) -> failed(Kind.CREDENTIAL, 401));
    serve(CHAT.formatted(""));
    assertEquals(2, provider.calls().size());
    assertEquals(502, client.status);
    assertTrue(client.text().contains("\"upstream_credentials_exhausted\""), client.text());
    assertFalse(client.text().contains("secret"), client.text());
  }

  @Test
  void aRateLimitGoesToAnotherKey() {
    snapshot.provider("p", 1).key("p", "a", "*").key("p", "b", "*");
    ScriptedProvider provider =
        provider(
            "p",
            (call, sink) ->
                call.target().keyId().equals("a")
                    ? failed(Kind.RATE_LIMITED, 429)
                    : answer(sink, "{}"));
    serve(CHAT.formatted(""));
    assertEquals(200, client.status);
    assertEquals(
        List.of("a", "b"), provider.calls().stream().map(c -> c.target().keyId()).toList());
  }

  @Test
  void fallbacksAreTriedInOrderAndTheFirstFailureIsTheAnswerWhenAllFail() {
    snapshot.provider("p", 0).key("p", "k", "*").provider("q", 0).key("q", "k2", "*");
    provider("p", (call, sink) -> failed(Kind.SERVER_ERROR, 503));
    int[] asked = {0};
    provider(
        "q",
        (call, sink) -> {
          asked[0]++;
          assertEquals("other", call.target().model());
          return asked[0] == 1 ? answer(sink, "{\"from\":\"q\"}") : failed(Kind.TIMEOUT, 0);
        });
    serve(CHAT.formatted(",\"fallbacks\":[\"q/other\"]"));
    assertEquals("{\"from\":\"q\"}", client.text());
    client.body.reset();
    serve(CHAT.formatted(",\"fallbacks\":[\"q/other\"]"));
    assertEquals(503, client.status);
    assertTrue(client.text().contains("SERVER_ERROR says no"), client.text());
  }

  @Test
  void theRequestsOwnFaultIsNotTakenToAFallback() {
    snapshot.provider("p", 3).key("p", "k", "*").provider("q", 0).key("q", "k2", "*");
    provider("p", (call, sink) -> failed(Kind.INVALID_REQUEST, 422));
    ScriptedProvider other = provider("q", (call, sink) -> answer(sink, "{}"));
    serve(CHAT.formatted(",\"fallbacks\":[\"q/other\"]"));
    assertEquals(422, client.status);
    assertEquals(0, other.calls().size());
  }

  @Test
  void aCutStreamIsNeitherRetriedNorSwitchedAndSettlesWhatWasSeen() {
    snapshot.provider("p", 3).key("p", "k", "*").provider("q", 0).key("q", "k2", "*");
    provider(
        "p",
        (call, sink) -> {
          sink.head(streamHead());
          frame(sink, "data: {\"x\":1}\n\n", FrameKind.CONTENT);
          sink.usage(Usage.ofTokens(1, 2));
          return Outcome.failed(UpstreamFailure.of(Kind.CUT, "reset", true));
        });
    serve(CHAT.formatted(",\"stream\":true,\"fallbacks\":[\"q/m\"]"));
    assertTrue(client.text().startsWith("data: {\"x\":1}\n\ndata: {\"type\":\"upstream_cut\""));
    assertTrue(client.last);
    assertEquals(Exit.CUT, governor.settlements.getFirst().exit());
    assertEquals(List.of(Usage.ofTokens(1, 2)), governor.charges);
  }

  @Test
  void aHeadAloneDoesNotCommitSoTheAttemptIsRepeated() {
    snapshot.provider("p", 1).key("p", "k", "*");
    int[] calls = {0};
    provider(
        "p",
        (call, sink) -> {
          if (calls[0]++ == 0) {
            sink.head(streamHead());
            return failed(Kind.CONNECTION, 0);
          }
          return answer(sink, "{}");
        });
    serve(CHAT.formatted(""));
    assertEquals(200, client.status);
    assertEquals(2, calls[0]);
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

  @Test
  void aClientThatGoesAwayIsSettledAsGone() {
    snapshot.provider("p", 3).key("p", "k", "*");
    client.writesUntilGone = 1;
    provider(
        "p",
        (call, sink) -> {
          sink.head(streamHead());
          while (true) {
            frame(sink, "data: a\n\n", FrameKind.CONTENT);
          }
        });
    serve(CHAT.formatted(",\"stream\":true"));
    assertEquals(Exit.CLIENT_GONE, governor.settlements.getFirst().exit());
    assertEquals(1, governor.charged.get());
  }

  @Test
  void aSilentUpstreamIsCancelledWhenTheSweepFindsTheClientGone() throws Exception {
    snapshot.provider("p", 3).key("p", "k", "*");
    CountDownLatch waiting = new CountDownLatch(1);
    provider(
        "p",
        (call, sink) -> {
          CountDownLatch aborted = new CountDownLatch(1);
          call.cancellation().onCancel(aborted::countDown);
          waiting.countDown();
          aborted.await();
          assertEquals(Optional.of(Reason.CLIENT_GONE), call.cancellation().reason());
          return failed(Kind.CONNECTION, 0);
        });
    start();
    Thread served = Thread.startVirtualThread(() -> serve(CHAT.formatted("")));
    waiting.await();
    path.inFlight().sweep();
    assertTrue(served.isAlive());
    client.gone = true;
    path.inFlight().sweep();
    served.join();
    assertEquals(Exit.CLIENT_GONE, governor.settlements.getFirst().exit());
  }

  @Test
  void theDeadlineEndsTheCallWith504() throws Exception {
    snapshot.provider("p", 0).key("p", "k", "*");
    snapshot.client(clientSettings(Duration.ofMillis(1), 10));
    CountDownLatch waiting = new CountDownLatch(1);
    provider(
        "p",
        (call, sink) -> {
          CountDownLatch aborted = new CountDownLatch(1);
          call.cancellation().onCancel(aborted::countDown);
          waiting.countDown();
          aborted.await();
          return failed(Kind.CONNECTION, 0);
        });
    start();
    Thread served = Thread.startVirtualThread(() -> serve(CHAT.formatted("")));
    waiting.await();
    while (served.isAlive()) {
      path.inFlight().sweep();
      Thread.onSpinWait();
    }
    assertEquals(504, client.status);
    assertEquals(Exit.TIMEOUT, governor.settlements.getFirst().exit());
  }

  @Test
  void aFaultyProviderIsA500WithoutDetailsAndIsSettled() {
    snapshot.provider("p", 0).key("p", "k", "*");
    provider(
        "p",
        (call, sink) -> {
          throw new IllegalStateException("secret-k leaked");
        });
    serve(CHAT.formatted(""));
    assertEquals(500, client.status);
    assertFalse(client.text().contains("secret"), client.text());
    assertEquals(Exit.FAILED, governor.settlements.getFirst().exit());
  }

  @Test
  void unknownModelsProvidersAndKeysAreRefusedByName() {
    snapshot.provider("p", 0).key("p", "k", "only-this");
    provider("p", (call, sink) -> answer(sink, "{}"));
    serve(CHAT.formatted(""));
    assertEquals(404, client.status);
    assertTrue(client.text().contains("no key of provider 'p'"), client.text());
    client.body.reset();
    serve("{\"model\":\"nobody-has-this\"}");
    assertEquals(404, client.status);
    assertTrue(client.text().contains("nobody-has-this"), client.text());
    client.body.reset();
    serve("{\"model\":\"only-this\"}");
    assertEquals(200, client.status);
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
  void aProviderAtItsLimitRefusesWith503AndRetryAfter() throws Exception {
    snapshot.provider("p", 0).key("p", "k", "*");
    CountDownLatch inside = new CountDownLatch(2);
    CountDownLatch leave = new CountDownLatch(1);
    provider(
        "p",
        (call, sink) -> {
          inside.countDown();
          leave.await();
          return answer(sink, "{}");
        });
    start();
    Thread first = Thread.startVirtualThread(() -> serveApart());
    Thread second = Thread.startVirtualThread(() -> serveApart());
    inside.await();
    serve(CHAT.formatted(""));
    leave.countDown();
    first.join();
    second.join();
    assertEquals(503, client.status);
    assertEquals("1", client.header("Retry-After").orElseThrow());
    assertTrue(client.text().contains("\"overloaded\""), client.text());
  }

  private void serveApart() {
    byte[] bytes = CHAT.formatted("").getBytes(StandardCharsets.UTF_8);
    path.serve(
        new InboundRequest(
            "id-2",
            Operation.CHAT_COMPLETION,
            new OpenAiFormat(),
            "/v1/chat/completions",
            Optional.empty(),
            List.of(),
            Map.of(),
            new InboundBody("application/json", bytes.length, new ByteArrayInputStream(bytes))),
        new RecordingClient());
  }

  @Test
  void tooManyRequestsAreRefusedBeforeAnythingIsHeld() {
    snapshot.client(clientSettings(Duration.ofMinutes(1), 1));
    snapshot.provider("p", 0).key("p", "k", "*");
    provider(
        "p",
        (call, sink) -> {
          RecordingClient outer = new RecordingClient();
          serveApart();
          return answer(sink, "{}" + outer.status);
        });
    serve(CHAT.formatted(""));
    assertEquals(1, governor.admitted.get());
  }

  private static ClientSettings clientSettings(Duration timeout, int requests) {
    ClientSettings d = ClientSettings.DEFAULT;
    return new ClientSettings(
        d.enforceAuth(),
        d.maxBodyBytes(),
        timeout,
        requests,
        d.enableLogging(),
        d.disableContentLogging(),
        d.logRetentionDays(),
        d.requiredHeaders(),
        d.allowedOrigins());
  }

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
