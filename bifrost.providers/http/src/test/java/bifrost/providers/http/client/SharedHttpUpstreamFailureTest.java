package bifrost.providers.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.provider.Body;
import bifrost.api.provider.CallCancelledException;
import bifrost.api.provider.Cancellation;
import bifrost.api.provider.Deadline;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.UpstreamException;
import bifrost.providers.http.UpstreamRequest;
import bifrost.providers.http.UpstreamResponse;
import bifrost.tck.provider.TestBody;
import bifrost.tck.upstream.Faults;
import bifrost.tck.upstream.Received;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Connections that break, waits that end, calls that are given up. */
class SharedHttpUpstreamFailureTest extends HttpTestCase {
  @Test
  void aBodyThatWasReadBeforeIsTheRequestsFault() throws Exception {
    Body once = TestBody.streamed(new byte[10]);
    once.open().close();
    UpstreamException refused = assertThrows(UpstreamException.class, () -> http.send(post(once)));
    assertEquals(Kind.INVALID_REQUEST, refused.failure().kind());
  }

  @Test
  void aConnectionThatWasClosedWhileIdleIsReplacedUnseen() throws Exception {
    for (int i = 0; i < 20; i++) {
      upstream.next(OK.thenClose(Duration.ZERO), OK);
      assertEquals("{\"ok\":true}", body(post("first")));
      assertEquals("{\"ok\":true}", body(post("second")), "round " + i);
    }
  }

  @Test
  void aConnectionThatIsClosedOnTheNextRequestIsReplacedUnseen() throws Exception {
    upstream.next(OK, Faults.close(), OK, Faults.reset(), OK);
    assertEquals("{\"ok\":true}", body(post("a")));
    assertEquals("{\"ok\":true}", body(post("b")));
    assertEquals("{\"ok\":true}", body(post("c")));
    assertEquals(5, upstream.requests().size());
  }

  @Test
  void aNewConnectionThatIsClosedIsAFailure() throws Exception {
    upstream.next(Faults.close());
    UpstreamException failed = assertThrows(UpstreamException.class, () -> http.send(post("a")));
    assertEquals(Kind.CONNECTION, failed.failure().kind());
    assertEquals(1, upstream.requests().size());
  }

  @Test
  void aBodyThatCannotBeSentAgainIsNotSentAgain() throws Exception {
    upstream.next(OK, Faults.close());
    body(post("a"));
    Body once = TestBody.streamed(new byte[10]);
    UpstreamException failed = assertThrows(UpstreamException.class, () -> http.send(post(once)));
    assertEquals(Kind.CONNECTION, failed.failure().kind());
  }

  @Test
  void aPortThatRefusesIsAConnectionFailure() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    UpstreamException failed =
        assertThrows(
            UpstreamException.class,
            () -> http.send(to("http://127.0.0.1:" + port + "/", NetworkSettings.DEFAULT)));
    assertEquals(Kind.CONNECTION, failed.failure().kind());
    assertFalse(failed.failure().billable());
    assertTrue(failed.getMessage().contains("127.0.0.1:" + port), failed.getMessage());
  }

  @Test
  void anUnknownHostIsAConnectionFailure() {
    UpstreamException failed =
        assertThrows(
            UpstreamException.class,
            () -> http.send(to("http://no-such-host.invalid/", NetworkSettings.DEFAULT)));
    assertEquals(Kind.CONNECTION, failed.failure().kind());
    assertEquals("cannot resolve the name of no-such-host.invalid", failed.getMessage());
  }

  @Test
  void noHttpIsAProtocolFailure() {
    upstream.next(Faults.garbage());
    UpstreamException failed = assertThrows(UpstreamException.class, () -> http.send(post("a")));
    assertEquals(Kind.PROTOCOL, failed.failure().kind());
  }

  @Test
  void aHeadBeyondTheBoundIsAProtocolFailure() {
    upstream.next(Faults.hugeHeader(200_000));
    UpstreamException failed = assertThrows(UpstreamException.class, () -> http.send(post("a")));
    assertEquals(Kind.PROTOCOL, failed.failure().kind());
  }

  @Test
  void aBodyThatBreaksOffIsAFailureOfTheRead() throws Exception {
    upstream.next(Faults.shortBody());
    try (UpstreamResponse response = http.send(post("a"))) {
      assertEquals("{\"id\"", text(response.next()));
      UpstreamException cut = assertThrows(UpstreamException.class, response::next);
      assertEquals(Kind.CONNECTION, cut.failure().kind());
      assertEquals(Kind.CUT, cut.asCut().kind());
    }
  }

  @Test
  void aHeadThatDoesNotComeIsATimeout() throws Exception {
    upstream.next(Faults.silence());
    UpstreamException late =
        assertThrows(
            UpstreamException.class,
            () ->
                http.send(
                    to(
                        upstream.baseUrl(),
                        timeouts(Duration.ofMillis(100), Duration.ofSeconds(9)))));
    assertEquals(Kind.TIMEOUT, late.failure().kind());
    assertTrue(late.failure().billable());
    upstream.awaitRequest().awaitClientGone(Duration.ofSeconds(5));
  }

  @Test
  void aStreamThatFallsSilentIsATimeout() throws Exception {
    upstream.next(Faults.stallAfter("a"));
    NetworkSettings network = timeouts(Duration.ofSeconds(9), Duration.ofMillis(100));
    try (UpstreamResponse response = http.send(stream(network))) {
      UpstreamException late =
          assertThrows(
              UpstreamException.class,
              () -> {
                while (response.next().hasRemaining()) {
                  // until it stalls
                }
              });
      assertEquals(Kind.TIMEOUT, late.failure().kind());
    }
    upstream.awaitRequest().awaitClientGone(Duration.ofSeconds(5));
  }

  @Test
  void theDeadlineEndsEveryWait() throws Exception {
    upstream.next(Faults.silence());
    UpstreamRequest request =
        new UpstreamRequest(
            "POST",
            URI.create(upstream.baseUrl()),
            List.of(),
            Optional.of(TestBody.of("a")),
            NetworkSettings.DEFAULT,
            true,
            Deadline.in(Duration.ofMillis(100), System::nanoTime),
            cancellation);
    UpstreamException late = assertThrows(UpstreamException.class, () -> http.send(request));
    assertEquals(Kind.TIMEOUT, late.failure().kind());
  }

  @Test
  void cancellationBeforeTheHeadClosesTheConnection() throws Exception {
    upstream.next(Faults.silence());
    CompletableFuture<UpstreamResponse> sent = async(() -> http.send(post("a")));
    Received received = upstream.awaitRequest();
    cancellation.cancel(Cancellation.Reason.CLIENT_GONE);
    received.awaitClientGone(Duration.ofSeconds(5));
    ExecutionException thrown = assertThrows(ExecutionException.class, sent::get);
    CallCancelledException cancelled = (CallCancelledException) thrown.getCause();
    assertEquals(Cancellation.Reason.CLIENT_GONE, cancelled.reason());
  }

  @Test
  void cancellationAmidTheBodyClosesTheConnection() throws Exception {
    upstream.next(Faults.stallAfter("a"));
    CountDownLatch head = new CountDownLatch(1);
    CompletableFuture<String> read =
        async(
            () -> {
              try (UpstreamResponse response = http.send(stream(NetworkSettings.DEFAULT))) {
                head.countDown();
                while (response.next().hasRemaining()) {
                  // until it stalls
                }
                return "ended";
              }
            });
    head.await();
    cancellation.cancel(Cancellation.Reason.DEADLINE);
    upstream.awaitRequest().awaitClientGone(Duration.ofSeconds(5));
    ExecutionException thrown = assertThrows(ExecutionException.class, read::get);
    assertEquals(CallCancelledException.class, thrown.getCause().getClass());
    assertEquals(0, cancellation.registered());
  }

  @Test
  void anInterruptClosesTheConnection() throws Exception {
    upstream.next(Faults.silence());
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    CompletableFuture<UpstreamResponse> sent =
        async(
            () -> {
              thread.complete(Thread.currentThread());
              return http.send(post("a"));
            });
    Received received = upstream.awaitRequest();
    thread.get().interrupt();
    received.awaitClientGone(Duration.ofSeconds(5));
    ExecutionException thrown = assertThrows(ExecutionException.class, sent::get);
    assertEquals(InterruptedException.class, thrown.getCause().getClass());
  }
}
