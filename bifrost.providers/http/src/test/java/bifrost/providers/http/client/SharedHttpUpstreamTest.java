package bifrost.providers.http.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Header;
import bifrost.api.provider.NetworkSettings;
import bifrost.providers.http.UpstreamRequest;
import bifrost.providers.http.UpstreamResponse;
import bifrost.tck.provider.TestBody;
import bifrost.tck.upstream.Faults;
import bifrost.tck.upstream.Received;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Requests and answers that go well. */
class SharedHttpUpstreamTest extends HttpTestCase {
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

  @Test
  void aClosedAnswerIsNotRead() throws Exception {
    upstream.next(OK);
    UpstreamResponse response = http.send(post("a"));
    response.close();
    response.close();
    assertThrows(IllegalStateException.class, response::next);
  }

  @Test
  void aConnectionIsNotKeptLongerThanTheServerDoes() throws Exception {
    upstream.next(wire -> wire.json(200, "{}", "Keep-Alive: timeout=1"), OK);
    body(post("a"));
    while (upstream.openConnections() > 0) {
      Thread.sleep(10);
    }
    body(post("b"));
    assertEquals(2, upstream.connections());
  }
}
