package bifrost.runtime.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.governance.Settlement.Exit;
import bifrost.api.journal.Journal;
import bifrost.api.journal.JournalRecord;
import bifrost.api.journal.JournalState;
import bifrost.api.model.Operation;
import bifrost.api.model.Usage;
import bifrost.api.provider.Cancellation.Reason;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.ResponseSink.FrameKind;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.api.snapshot.ClientSettings;
import bifrost.runtime.format.InboundBody;
import bifrost.runtime.format.OpenAiFormat;
import bifrost.runtime.pipeline.Doubles.RecordingClient;
import bifrost.runtime.pipeline.Doubles.ScriptedProvider;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RequestPathTest extends RequestPathSupport {
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
  void whatCannotBePutDownIsRefusedWhenTheJournalSaysSo() {
    snapshot.provider("p", 0).key("p", "k", "*");
    ScriptedProvider provider = provider("p", (call, sink) -> answer(sink, "{}"));
    JournalState[] state = {JournalState.UNMETERED};
    plugins.bindJournal(
        new Journal() {
          @Override
          public Appended append(JournalRecord record) {
            return Appended.PENDING;
          }

          @Override
          public JournalState state() {
            return state[0];
          }
        });
    serve(CHAT.formatted(""));
    assertEquals(200, client.status);
    client.body.reset();
    state[0] = JournalState.REFUSING;
    serve(CHAT.formatted(""));
    assertEquals(503, client.status);
    assertEquals(1, provider.calls().size());
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
}
