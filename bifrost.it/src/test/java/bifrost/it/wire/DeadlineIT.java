package bifrost.it.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Lab;
import bifrost.it.support.RawAnswer;
import bifrost.it.support.RawHttp;
import bifrost.tck.upstream.Faults;
import bifrost.tck.upstream.OpenAi;
import bifrost.tck.upstream.Received;
import bifrost.tck.upstream.UpstreamSimulator;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The limits of a node: one deadline for a whole call, and so many calls at once. */
class DeadlineIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MOST_AT_ONCE = 4;

  private static UpstreamSimulator upstream;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws InterruptedException {
    upstream = UpstreamSimulator.start();
    gateway =
        GatewayProcess.builder().config(Lab.config("strict.json", upstream.baseUrl())).start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstream.close();
  }

  @BeforeEach
  void clear() {
    upstream.clear();
  }

  @Test
  void aCallEndsAtItsDeadlineWhateverIsLeftToTry() throws Exception {
    upstream.onModel("m", Faults.silence());

    RawAnswer answer = chat(Lab.chatBody("openai/m"));

    assertEquals(504, answer.status(), answer::text);
    assertTrue(answer.text().contains("upstream_timeout"), answer::text);
    for (Received received : upstream.requests()) {
      received.awaitClientGone(PATIENCE);
    }
  }

  @Test
  void repeatsShareTheDeadline() throws Exception {
    upstream.onModel("m", Faults.rateLimited(1));

    RawAnswer answer = chat(Lab.chatBody("openai/m"));

    assertTrue(answer.status() == 429 || answer.status() == 504, answer::text);
    assertTrue(upstream.requests().size() <= 4, () -> "asked " + upstream.requests().size());
  }

  @Test
  void aStreamThatMovesEndsAtTheDeadlineTooAndIsAbortedUpstream() throws Exception {
    upstream.onModel("m", OpenAi.chat(Duration.ofMillis(50), "x".repeat(200).split("")));
    try (RawHttp http = new RawHttp(gateway.port())) {
      http.send(RawHttp.post("/v1/chat/completions", Lab.streamBody("openai/m")));
      assertEquals(200, http.head().status());
      StringBuilder text = new StringBuilder();
      try {
        for (byte[] chunk = http.chunk(); chunk.length > 0; chunk = http.chunk()) {
          text.append(new String(chunk));
        }
      } catch (IOException | NumberFormatException e) {
        text.append("cut");
      }
      assertTrue(text.indexOf("[DONE]") < 0, text::toString);
    }
    upstream.awaitRequest("m").awaitClientGone(PATIENCE);
  }

  @Test
  void callsBeyondTheNodesLimitAreRefusedAndLaterOnesServed() throws Exception {
    upstream.onModel("held", Faults.stallAfter("a"));
    List<RawHttp> held = new ArrayList<>();
    try {
      for (int i = 0; i < MOST_AT_ONCE; i++) {
        RawHttp http = new RawHttp(gateway.port());
        held.add(http);
        http.send(RawHttp.post("/v1/chat/completions", Lab.streamBody("openai/held")));
        assertEquals(200, http.head().status());
      }
      RawAnswer refused = chat(Lab.chatBody("echo/echo-1"));
      assertEquals(503, refused.status(), refused::text);
      assertTrue(refused.text().contains("overloaded"), refused::text);
      assertTrue(refused.headers().containsKey("retry-after"), refused::toString);
    } finally {
      for (RawHttp http : held) {
        http.close();
      }
    }
    for (Received received : upstream.awaitRequests(MOST_AT_ONCE, request -> true)) {
      received.awaitClientGone(PATIENCE);
    }
    int status = 0;
    for (long end = System.nanoTime() + PATIENCE.toNanos();
        status != 200 && System.nanoTime() < end; ) {
      status = chat(Lab.chatBody("echo/echo-1")).status();
    }
    assertEquals(200, status);
  }

  private static RawAnswer chat(String body) throws IOException {
    try (RawHttp http = new RawHttp(gateway.port())) {
      return http.send(RawHttp.post("/v1/chat/completions", body)).answer();
    }
  }
}
