package bifrost.runtime.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bifrost.api.model.Header;
import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import bifrost.api.model.WireFormat;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.ProviderDescriptor;
import bifrost.api.provider.ResponseHead;
import bifrost.api.provider.ResponseSink;
import bifrost.api.provider.ResponseSink.FrameKind;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** A request path with everything around it replaced by doubles, checked after each test. */
abstract class RequestPathSupport {
  static final String CHAT =
      "{\"model\":\"p/m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]%s}";

  final TestSnapshot snapshot = new TestSnapshot();
  final ProviderRegistry registry = new ProviderRegistry();
  final Plugins plugins = new Plugins();
  final CountingGovernor governor = new CountingGovernor();
  final RecordingClient client = new RecordingClient();
  List<Header> headers = List.of();
  RequestPath path;

  ScriptedProvider provider(String name, Behaviour behaviour) {
    return provider(
        ProviderDescriptor.named(name).withRaw(Operation.CHAT_COMPLETION, WireFormat.OPENAI),
        behaviour);
  }

  ScriptedProvider provider(ProviderDescriptor descriptor, Behaviour behaviour) {
    ScriptedProvider provider = new ScriptedProvider(descriptor, behaviour);
    registry.bindProvider(Doubles.reference(registry.list().size() + 1, "1.0.0"), provider);
    return provider;
  }

  void start() {
    if (path == null) {
      plugins.bindGovernor(Doubles.reference(100, "1.0.0"), governor);
      path =
          new RequestPath(
              snapshot, registry, plugins, TestMetrics.create(), () -> 0, System::nanoTime);
    }
  }

  void serve(String body) {
    start();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    path.serve(
        new InboundRequest(
            "id-1",
            Operation.CHAT_COMPLETION,
            new OpenAiFormat(),
            "/v1/chat/completions",
            Optional.empty(),
            headers,
            Map.of(),
            new InboundBody("application/json", bytes.length, new ByteArrayInputStream(bytes))),
        client);
  }

  static Outcome answer(ResponseSink sink, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    sink.head(new ResponseHead(200, "application/json", bytes.length, List.of()));
    sink.bytes(ByteBuffer.wrap(bytes));
    sink.usage(Usage.ofTokens(3, 4));
    return Outcome.COMPLETED;
  }

  static Outcome failed(Kind kind, int status) {
    return Outcome.failed(
        new UpstreamFailure(
            kind, status, kind + " says no", Optional.empty(), new byte[0], "", false));
  }

  static void frame(ResponseSink sink, String text, FrameKind kind) {
    sink.frame(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), kind);
  }

  static ResponseHead streamHead() {
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
}
