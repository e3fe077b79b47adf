package bifrost.it.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.Lab;
import bifrost.it.support.RawHttp;
import bifrost.tck.upstream.Faults;
import bifrost.tck.upstream.OpenAi;
import bifrost.tck.upstream.Received;
import bifrost.tck.upstream.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a stream promises: chunks leave as they arrive, and both ends feel each other. */
@ExtendWith(Lab.Shared.class)
class StreamIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Lab lab;

  StreamIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void eachChunkLeavesAsItArrives() throws Exception {
    Semaphore next = new Semaphore(0);
    lab.upstream()
        .onModel(
            "live",
            wire -> {
              wire.startEvents();
              for (int i = 0; i < 5; i++) {
                wire.event("{\"choices\":[],\"n\":" + i + "}");
                next.acquire();
              }
              wire.event("[DONE]");
              wire.end();
            });
    try (RawHttp http = open("openai/live")) {
      assertEquals(200, http.head().status());
      for (int i = 0; i < 5; i++) {
        http.readUntil("\"n\":" + i + "}\n\n"); // the upstream waits: nothing else can push it
        next.release();
      }
      http.readUntil("[DONE]");
      assertEquals(0, http.chunk().length);
    }
  }

  @Test
  void theFirstBytesAreNotHeldBackForAWholeEvent() throws Exception {
    Semaphore next = new Semaphore(0);
    lab.upstream()
        .onModel(
            "live",
            wire -> {
              wire.startEvents();
              wire.event("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}");
              next.acquire();
              wire.end();
            });
    try (RawHttp http = open("openai/live")) {
      assertEquals("text/event-stream", http.head().headers().get("content-type").split(";")[0]);
      http.readUntil("\"a\"");
      next.release();
    }
  }

  @Test
  void theEchoProvidersChunksLeaveOneByOne() throws Exception {
    try (RawHttp http = open("echo/echo-1")) {
      assertEquals(200, http.head().status());
      int chunks = 0;
      while (http.chunk().length > 0) {
        chunks++;
      }
      assertTrue(chunks > 1, "the whole stream came in " + chunks + " chunk");
    }
  }

  @Test
  void utf8ThatIsSplitAnywhereStaysWhole() throws Exception {
    lab.upstream().onModel("split", OpenAi.chat("Grüße ", "世界 ", "🌍").inPieces(1, Duration.ZERO));
    try (RawHttp http = open("openai/split")) {
      String text = http.answer().text();
      assertTrue(text.contains("\"Grüße \""), text);
      assertTrue(text.contains("\"世界 \""), text);
      assertTrue(text.contains("\"🌍\""), text);
    }
  }

  @Test
  void anEventOfNineHundredKilobytesArrives() throws Exception {
    String large = "x".repeat(900_000);
    lab.upstream().onModel("large", OpenAi.chat("a", large, "z"));
    try (RawHttp http = open("openai/large")) {
      String text = http.answer().text();
      assertTrue(text.contains("\"" + large + "\""), "length " + text.length());
      assertTrue(text.endsWith("data: [DONE]\n\n"));
    }
  }

  @Test
  void anAbortedStreamIsAbortedUpstreamWithinASecond() throws Exception {
    assertAbortedWithinASecond(Faults.endless(200), true);
  }

  @Test
  void anAbortedStreamIsAbortedUpstreamWithinASecondThoughItIsSilent() throws Exception {
    assertAbortedWithinASecond(Faults.stallAfter("a"), true);
  }

  @Test
  void anAbortedStreamIsAbortedUpstreamWithinASecondBeforeItsFirstByte() throws Exception {
    assertAbortedWithinASecond(Faults.silence(), false);
  }

  @Test
  void anAbortedCallIsAbortedUpstreamThoughItIsNoStream() throws Exception {
    lab.upstream().onModel("abort", Faults.silence());
    try (RawHttp http = new RawHttp(lab.gateway().port())) {
      http.send(RawHttp.post("/v1/chat/completions", Lab.chatBody("openai/abort")));
      lab.upstream().awaitRequest("abort");
    }
    lab.upstream().awaitRequest("abort").awaitClientGone(PATIENCE);
  }

  private void assertAbortedWithinASecond(Reply reply, boolean readFirst) throws Exception {
    lab.upstream().onModel("abort", reply);
    long[] millis = new long[5];
    for (int i = 0; i < millis.length; i++) {
      int count = i + 1;
      RawHttp http = open("openai/abort");
      Received received = lab.upstream().awaitRequests(count, request -> true).get(i);
      if (readFirst) {
        http.head();
        http.chunk();
      }
      assertFalse(received.clientGone());
      long cut = System.nanoTime();
      if (i % 2 == 0) {
        http.close();
      } else {
        http.reset();
      }
      millis[i] = (received.awaitClientGone(PATIENCE) - cut) / 1_000_000;
    }
    System.out.println("abort reached the upstream after ms: " + Arrays.toString(millis));
    Arrays.sort(millis);
    assertTrue(millis[2] < 1000, "median " + millis[2] + " ms");
  }

  @Test
  void aStreamThatFallsSilentEndsWithAnErrorAndIsAbortedUpstream() throws Exception {
    lab.upstream().onModel("stall", Faults.stallAfter("a", "b"));
    try (RawHttp http = open("impatient/stall")) {
      assertEquals(200, http.head().status());
      String text = http.readUntil("\"error\"");
      assertTrue(text.contains("\"b\""), text);
    }
    lab.upstream().awaitRequest("stall").awaitClientGone(PATIENCE);
  }

  @Test
  void anUpstreamThatNeverAnswersIsATimeout() throws Exception {
    lab.upstream().onModel("silent", Faults.silence());
    for (String body :
        new String[] {Lab.chatBody("impatient/silent"), Lab.streamBody("impatient/silent")}) {
      var answer = lab.post("/v1/chat/completions", body);
      assertEquals(504, answer.statusCode(), answer.body());
      assertTrue(answer.body().contains("upstream_timeout"), answer.body());
    }
    for (Received received : lab.upstream().awaitRequests(2, request -> true)) {
      received.awaitClientGone(PATIENCE);
    }
  }

  @Test
  void aStreamMayTakeLongerThanTheTimeoutAsLongAsItMoves() throws Exception {
    lab.upstream()
        .onModel("slow", OpenAi.chat(Duration.ofMillis(300), "1", "2", "3", "4", "5", "6"));
    try (RawHttp http = open("impatient/slow")) {
      String text = http.answer().text();
      assertTrue(text.contains("\"6\""), text);
      assertTrue(text.endsWith("data: [DONE]\n\n"), text);
    }
  }

  @Test
  void aStreamCutByTheUpstreamDoesNotLookComplete() throws Exception {
    lab.upstream().onModel("cut", Faults.resetAfter("a", "b"));
    try (RawHttp http = open("openai/cut")) {
      assertEquals(200, http.head().status());
      StringBuilder text = new StringBuilder();
      try {
        for (byte[] chunk = http.chunk(); chunk.length > 0; chunk = http.chunk()) {
          text.append(new String(chunk, UTF_8));
        }
      } catch (IOException | NumberFormatException e) {
        // a cut connection says it too
      }
      assertTrue(text.toString().contains("\"b\""), text::toString);
      assertFalse(text.toString().contains("[DONE]"), text::toString);
      assertTrue(text.toString().contains("\"error\""), text::toString);
    }
    assertEquals(1, lab.upstream().requests().size(), "a started stream is never repeated");
  }

  @Test
  void aClientThatDoesNotReadHoldsTheUpstreamBack() throws Exception {
    lab.upstream().onModel("flood", Faults.endless(8000));
    try (RawHttp http = new RawHttp(lab.gateway().port(), 16 * 1024)) {
      http.send(RawHttp.post("/v1/chat/completions", Lab.streamBody("openai/flood")));
      http.head();
      Received received = lab.upstream().awaitRequest("flood");
      long before = -1;
      long limit = System.nanoTime() + PATIENCE.toNanos();
      while (before != received.bytesSent()) {
        assertTrue(System.nanoTime() < limit, () -> "still taken: " + received.bytesSent());
        before = received.bytesSent();
        Thread.sleep(1000);
      }
      assertTrue(before < 64L << 20, "taken without a reader: " + before);
      assertFalse(received.clientGone());
      http.readUntil("xxx"); // and it goes on when the client reads again
    }
    lab.upstream().awaitRequest("flood").awaitClientGone(PATIENCE);
  }

  @Test
  void aPooledConnectionThatTheUpstreamClosedIsNotAnError() throws Exception {
    lab.upstream().onModel("idle", OpenAi.chat("ok").thenClose(Duration.ofMillis(20)));
    for (int i = 0; i < 20; i++) {
      assertEquals(200, lab.chat("openai/idle").statusCode());
      lab.upstream().requests().getLast().awaitAnswered(PATIENCE);
    }
  }

  @Test
  void anUploadThatIsCutOffDoesNotBecomeAWholeOneUpstream() throws Exception {
    try (RawHttp http = new RawHttp(lab.gateway().port())) {
      http.send(
          "POST /v1/audio/transcriptions HTTP/1.1\r\nHost: localhost\r\n"
              + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 500000\r\n\r\n"
              + "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nopenai/cut\r\n"
              + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
              + "y".repeat(200_000));
    }
    assertEquals(200, lab.chat("openai/after").statusCode());
    assertTrue(
        lab.upstream().requests(r -> r.path().endsWith("transcriptions")).stream()
            .noneMatch(Received::complete));
  }

  @Test
  void aStreamOfAnotherClientIsNotDisturbedByAnAbort() throws Exception {
    Semaphore next = new Semaphore(0);
    lab.upstream()
        .onModel(
            "kept",
            wire -> {
              wire.startEvents();
              wire.event("{\"n\":1}");
              next.acquire();
              wire.event("{\"n\":2}");
              wire.end();
            });
    lab.upstream().onModel("abort", Faults.endless(100));
    try (RawHttp kept = open("openai/kept")) {
      kept.head();
      kept.readUntil("\"n\":1");
      try (RawHttp aborted = open("openai/abort")) {
        aborted.head();
        aborted.chunk();
      }
      lab.upstream().awaitRequest("abort").awaitClientGone(PATIENCE);
      next.release();
      kept.readUntil("\"n\":2");
    }
  }

  @Test
  void anAnswerWhoseLengthIsTooLargeIsAnError() throws Exception {
    lab.upstream().onModel("short", Faults.shortBody());
    try (RawHttp http = new RawHttp(lab.gateway().port())) {
      http.send(RawHttp.post("/v1/chat/completions", Lab.chatBody("openai/short")));
      // either an error status, or a body that is visibly cut
      int status;
      try {
        status = http.answer().status();
      } catch (IOException e) {
        status = 502;
      }
      assertEquals(502, status);
    }
  }

  private RawHttp open(String model) throws IOException {
    return new RawHttp(lab.gateway().port())
        .send(RawHttp.post("/v1/chat/completions", Lab.streamBody(model)));
  }
}
