package bifrost.providers.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Header;
import bifrost.api.model.Secret;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UpstreamErrorsTest {
  private static final Secret KEY = Secret.of("sk-proj-0123456789abcdefghij");

  @Test
  void theKindFollowsTheStatus() throws Exception {
    Map<Integer, Kind> kinds =
        Map.of(
            400, Kind.INVALID_REQUEST,
            401, Kind.CREDENTIAL,
            402, Kind.BILLING,
            404, Kind.NOT_FOUND,
            429, Kind.RATE_LIMITED,
            500, Kind.SERVER_ERROR,
            503, Kind.OVERLOADED,
            504, Kind.TIMEOUT);
    for (var entry : kinds.entrySet()) {
      UpstreamFailure failure = read(entry.getKey(), "");
      assertEquals(entry.getValue(), failure.kind());
      assertEquals(entry.getKey(), failure.status());
      assertEquals("groq answered " + entry.getKey(), failure.message());
    }
  }

  @Test
  void aSpentQuotaIsABillingMatter() throws Exception {
    String body = "{\"error\":{\"message\":\"no\",\"type\":\"x\",\"code\":\"insufficient_quota\"}}";
    assertEquals(Kind.BILLING, read(429, body).kind());
  }

  @Test
  void theMessageOfEveryUsualShapeIsFound() throws Exception {
    for (String body :
        List.of(
            "{\"error\":{\"code\":1,\"message\":\"bad\\nthing\",\"param\":{\"message\":\"x\"}}}",
            "{\"error\":\"bad\\tthing\"}",
            "{\"detail\":\"bad thing\"}",
            "{\"message\":\"bad thing\",\"request_id\":\"r\"}")) {
      assertEquals("groq answered 400: bad thing", read(400, body).message(), body);
    }
  }

  @Test
  void aBodyThatIsNoJsonIsKeptButNotQuoted() throws Exception {
    UpstreamFailure failure = read(502, "<html>secret page</html>");
    assertEquals("groq answered 502", failure.message());
    assertEquals("<html>secret page</html>", new String(failure.body()));
  }

  @Test
  void theKeyIsMaskedWholeOrInPieces() throws Exception {
    for (String said :
        List.of(
            KEY.reveal(),
            "sk-proj-****ghij",
            "key sk-proj-0123456789abcd*****",
            "other sk-live_abcdef123",
            "ends *****cdefghij")) {
      UpstreamFailure failure =
          read(401, "{\"error\":{\"message\":\"Incorrect API key: " + said + ".\"}}");
      assertFalse(failure.message().contains("ghij"), failure.message());
      assertFalse(failure.message().contains("0123"), failure.message());
      assertFalse(failure.message().contains("abcdef123"), failure.message());
      assertFalse(new String(failure.body()).contains(KEY.reveal()));
      assertTrue(failure.message().contains("***"), failure.message());
    }
  }

  @Test
  void messageAndBodyAreBounded() throws Exception {
    UpstreamFailure failure =
        read(400, "{\"error\":{\"message\":\"" + "x".repeat(100_000) + "\"}}");
    assertEquals(UpstreamErrors.MAX_BODY_BYTES, failure.body().length);
    assertTrue(failure.message().length() < 600);
  }

  @Test
  void anErrorWithinAStreamGetsTheKindItNames() {
    assertEquals(
        Kind.RATE_LIMITED, event("{\"error\":{\"code\":429,\"message\":\"slow\"}}").kind());
    assertEquals(Kind.OVERLOADED, event("{\"error\":{\"code\":\"503\"}}").kind());
    assertEquals(
        Kind.INVALID_REQUEST, event("{\"error\":{\"type\":\"invalid_request_error\"}}").kind());
    assertEquals(Kind.SERVER_ERROR, event("{\"error\":{\"code\":\"99\"}}").kind());
    assertEquals(Kind.SERVER_ERROR, event("{\"error\":\"boom\"}").kind());
  }

  @Test
  void theWishToWaitIsReadInEveryForm() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    assertEquals(seconds(3), wait(now, "Retry-After", "3"));
    assertEquals(Optional.of(Duration.ofMillis(1500)), wait(now, "retry-after", "1.5"));
    assertEquals(Optional.of(Duration.ofMillis(250)), wait(now, "retry-after-ms", "250"));
    assertEquals(seconds(30), wait(now, "Retry-After", "Thu, 01 Jan 2026 00:00:30 GMT"));
    assertEquals(seconds(0), wait(now, "Retry-After", "Wed, 31 Dec 2025 00:00:00 GMT"));
    assertEquals(Optional.of(RetryAfter.MAX), wait(now, "Retry-After", "99999999999"));
    assertEquals(
        Optional.of(RetryAfter.MAX), wait(now, "Retry-After", "Fri, 01 Jan 2027 00:00:00 GMT"));
    for (String bad : List.of("", "-5", "soon", "NaN", "0x10", "1e400000", "9".repeat(30))) {
      assertEquals(
          Optional.empty(),
          wait(now, "Retry-After", bad).filter(d -> !d.equals(RetryAfter.MAX)),
          bad);
    }
  }

  private static Optional<Duration> seconds(long seconds) {
    return Optional.of(Duration.ofSeconds(seconds));
  }

  private static Optional<Duration> wait(Instant now, String name, String value) {
    return RetryAfter.of(new Answer(429, "", List.of(new Header(name, value))), now);
  }

  private static UpstreamFailure event(String json) {
    return UpstreamErrors.ofEvent(json.getBytes(StandardCharsets.UTF_8), "groq", KEY);
  }

  private static UpstreamFailure read(int status, String body) throws InterruptedException {
    return UpstreamErrors.read(new Answer(status, body, List.of()), "groq", KEY);
  }

  /** An answer that comes in pieces of 1000 bytes. */
  private static final class Answer implements UpstreamResponse {
    private final int status;
    private final ByteBuffer body;
    private final List<Header> headers;

    Answer(int status, String body, List<Header> headers) {
      this.status = status;
      this.body = ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8));
      this.headers = headers;
    }

    @Override
    public int status() {
      return status;
    }

    @Override
    public List<Header> headers() {
      return headers;
    }

    @Override
    public long length() {
      return -1;
    }

    @Override
    public ByteBuffer next() {
      int length = Math.min(1000, body.remaining());
      ByteBuffer piece = body.slice(body.position(), length);
      body.position(body.position() + length);
      return piece;
    }

    @Override
    public void close() {}
  }
}
