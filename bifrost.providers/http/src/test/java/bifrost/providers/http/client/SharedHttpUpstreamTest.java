package bifrost.providers.http.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Header;
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
import bifrost.tck.provider.TestCancellation;
import bifrost.tck.upstream.Faults;
import bifrost.tck.upstream.Received;
import bifrost.tck.upstream.Reply;
import bifrost.tck.upstream.UpstreamSimulator;
import java.io.ByteArrayOutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedHttpUpstreamTest {
  private static final Reply OK = wire -> wire.json(200, "{\"ok\":true}");

  private final UpstreamSimulator upstream = UpstreamSimulator.start();
  private final SharedHttpUpstream http = new SharedHttpUpstream();
  private final TestCancellation cancellation = new TestCancellation();

  @AfterEach
  void stop() {
    http.deactivate();
    upstream.close();
    assertEquals(List.of(), upstream.failures());
  }

  @Test
  void anAnswerIsReadToItsEndAndItsConnectionUsedAgain() throws Exception {
    for (int i = 0; i < 5; i++) {
      upstream.next(OK);
      assertEquals("{\"ok\":true}", body(post("a")));
    }
    assertEquals(1, upstream.connections());
  }

  @Test
  void theRequestSaysWhatItMustAndNoMore() throws Exception {
    upstream.next(OK);
    UpstreamRequest request =
        request(
            Optional.of(TestBody.of("abc")),
            List.of(
                new Header("X-One", "1"),
                new Header("Connection", "close"),
                new Header("Transfer-Encoding", "chunked"),
                new Header("Host", "evil"),
                new Header("Accept-Encoding", "gzip")),
            settings(List.of(new Header("X-Extra", "2"), new Header("X-One", "3"))));
    body(request);
    Received received = upstream.awaitRequest();
    assertEquals(Optional.of("3"), received.header("X-One"));
    assertEquals(Optional.of("2"), received.header("X-Extra"));
    assertEquals(Optional.of("identity"), received.header("Accept-Encoding"));
    assertEquals(Optional.of("3"), received.header("Content-Length"));
    assertEquals(Optional.of("127.0.0.1:" + upstream.port()), received.header("Host"));
    assertEquals(Optional.empty(), received.header("User-Agent"));
    assertEquals(Optional.empty(), received.header("Connection"));
    assertEquals(Optional.empty(), received.header("Content-Type"));
  }

  @Test
  void fieldsOfTheConnectionAreNotPassedOn() throws Exception {
    upstream.next(
        wire -> {
          wire.start(200, "text/plain", "Keep-Alive: timeout=5", "X-Kept: yes");
          wire.chunk("a");
          wire.end();
        });
    try (UpstreamResponse response = http.send(post("a"))) {
      assertEquals(Optional.of("yes"), response.header("x-kept"));
      assertEquals(Optional.empty(), response.header("Keep-Alive"));
      assertEquals(Optional.empty(), response.header("Transfer-Encoding"));
      assertEquals("text/plain", response.contentType());
      assertEquals(-1, response.length());
    }
  }

  @Test
  void slicesArriveInOrder() throws Exception {
    byte[] bytes = new byte[300_000];
    new Random(1).nextBytes(bytes);
    upstream.next(OK);
    body(post(TestBody.sliced(bytes, 9_999)));
    assertArrayEquals(bytes, upstream.awaitRequest().body());
  }

  @Test
  void aStreamedBodyArrivesWithItsLengthOrInChunks() throws Exception {
    byte[] bytes = new byte[300_000];
    new Random(2).nextBytes(bytes);
    upstream.next(OK, OK);
    body(post(TestBody.streamed(bytes)));
    body(post(TestBody.streamed(-1, new java.io.ByteArrayInputStream(bytes))));
    List<Received> both = upstream.awaitRequests(2, r -> true);
    assertArrayEquals(bytes, both.get(0).body());
    assertEquals(Optional.of("300000"), both.get(0).header("Content-Length"));
    assertArrayEquals(bytes, both.get(1).body());
    assertEquals(Optional.of("chunked"), both.get(1).header("Transfer-Encoding"));
  }

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

  @Test
  void anAnswerBeforeTheWholeBodyIsTaken() throws Exception {
    upstream.close();
    try (ServerSocket server = new ServerSocket(0);
        PipedOutputStream source = new PipedOutputStream();
        PipedInputStream body = new PipedInputStream(source)) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (var socket = server.accept()) {
                  socket.getInputStream().readNBytes(20);
                  socket
                      .getOutputStream()
                      .write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n".getBytes());
                  socket.getInputStream().readAllBytes();
                } catch (java.io.IOException e) {
                  // the client went, as it should
                }
              });
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  while (true) {
                    source.write(new byte[1000]);
                    source.flush();
                  }
                } catch (java.io.IOException e) {
                  // nobody reads any more
                }
              });
      UpstreamRequest request =
          request(
              Optional.of(TestBody.streamed(1 << 30, body)),
              List.of(),
              NetworkSettings.DEFAULT,
              "http://127.0.0.1:" + server.getLocalPort() + "/",
              false);
      try (UpstreamResponse response = http.send(request)) {
        assertEquals(413, response.status());
      }
    }
  }

  @Test
  void chunksComeAsTheyArrive() throws Exception {
    CountDownLatch more = new CountDownLatch(1);
    upstream.next(
        wire -> {
          wire.startEvents();
          wire.event("one");
          more.await();
          wire.event("two");
          wire.end();
        });
    try (UpstreamResponse response = http.send(stream(NetworkSettings.DEFAULT))) {
      assertEquals("data: one\n\n", text(response.next()));
      more.countDown();
      assertEquals("data: two\n\n", text(response.next()));
      assertFalse(response.next().hasRemaining());
      assertFalse(response.next().hasRemaining());
    }
  }

  @Test
  void whatIsNotReadHoldsTheUpstreamBack() throws Exception {
    upstream.next(Faults.endless(10_000));
    try (UpstreamResponse response = http.send(stream(NetworkSettings.DEFAULT))) {
      response.next();
      Received received = upstream.awaitRequest();
      long before;
      long now = received.bytesSent();
      do {
        before = now;
        Thread.sleep(200);
        now = received.bytesSent();
      } while (now > before);
      assertTrue(now < 64 << 20, "sent " + now);
    }
    upstream.awaitRequest().awaitClientGone(Duration.ofSeconds(5));
  }

  @Test
  void anAnswerWithoutLengthEndsWithItsConnection() throws Exception {
    upstream.next(
        wire -> {
          wire.raw("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end");
          wire.close();
        });
    assertEquals("to the end", body(post("a")));
  }

  @Test
  void interimAnswersAreSkipped() throws Exception {
    upstream.next(
        wire -> {
          wire.raw("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
          wire.json(200, "{}");
        });
    assertEquals("{}", body(post("a")));
  }

  @Test
  void aRedirectIsAnAnswer() throws Exception {
    upstream.next(wire -> wire.answer(307, "text/plain", new byte[0], "Location: /other"));
    try (UpstreamResponse response = http.send(post("a"))) {
      assertEquals(307, response.status());
    }
    assertEquals(1, upstream.requests().size());
  }

  @Test
  void aChallengeIsAnAnswer() throws Exception {
    upstream.next(
        wire -> wire.answer(401, "text/plain", new byte[0], "WWW-Authenticate: Basic realm=\"a\""));
    try (UpstreamResponse response = http.send(post("a"))) {
      assertEquals(401, response.status());
    }
  }

  private interface Action<T> {
    T run() throws Exception;
  }

  private static <T> CompletableFuture<T> async(Action<T> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                result.complete(action.run());
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  private String body(UpstreamRequest request) throws Exception {
    try (UpstreamResponse response = http.send(request)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (ByteBuffer data = response.next(); data.hasRemaining(); data = response.next()) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        all.writeBytes(bytes);
      }
      return all.toString(StandardCharsets.UTF_8);
    }
  }

  private UpstreamRequest post(String body) {
    return post(TestBody.of(body));
  }

  private UpstreamRequest post(Body body) {
    return request(Optional.of(body), List.of(), NetworkSettings.DEFAULT);
  }

  private UpstreamRequest stream(NetworkSettings network) {
    return request(
        Optional.of(TestBody.of("{\"stream\":true}")),
        List.of(),
        network,
        upstream.baseUrl(),
        true);
  }

  private UpstreamRequest to(String url, NetworkSettings network) {
    return request(Optional.of(TestBody.of("a")), List.of(), network, url, false);
  }

  private UpstreamRequest request(
      Optional<Body> body, List<Header> headers, NetworkSettings network) {
    return request(body, headers, network, upstream.baseUrl() + "/path", false);
  }

  private UpstreamRequest request(
      Optional<Body> body,
      List<Header> headers,
      NetworkSettings network,
      String url,
      boolean stream) {
    return new UpstreamRequest(
        "POST",
        URI.create(url),
        headers,
        body,
        network,
        stream,
        Deadline.in(Duration.ofSeconds(20), System::nanoTime),
        cancellation);
  }

  private static NetworkSettings settings(List<Header> extra) {
    NetworkSettings d = NetworkSettings.DEFAULT;
    return new NetworkSettings(
        d.baseUrl(),
        d.requestTimeout(),
        d.streamIdleTimeout(),
        d.maxConnections(),
        extra,
        false,
        Optional.empty(),
        Optional.empty());
  }

  private static NetworkSettings timeouts(Duration request, Duration idle) {
    NetworkSettings d = NetworkSettings.DEFAULT;
    return new NetworkSettings(
        d.baseUrl(),
        request,
        idle,
        d.maxConnections(),
        List.of(),
        false,
        Optional.empty(),
        Optional.empty());
  }

  private static String text(ByteBuffer data) {
    return StandardCharsets.UTF_8.decode(data).toString();
  }
}
