package bifrost.tck.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Replies of a provider that misbehaves. */
public final class Faults {
  private Faults() {}

  /** 401: the key is not known. */
  public static Reply badKey() {
    return OpenAi.error(
        401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided");
  }

  /** 402: the account has no credit. */
  public static Reply noCredit() {
    return OpenAi.error(402, "billing_error", "insufficient_credit", "No credit left");
  }

  /** 403: the key may not do this. */
  public static Reply forbidden() {
    return OpenAi.error(403, "permission_error", "forbidden", "Country not supported");
  }

  /** 404: the model does not exist. */
  public static Reply noSuchModel() {
    return OpenAi.error(
        404, "invalid_request_error", "model_not_found", "The model does not exist");
  }

  /** 429 with {@code Retry-After} in seconds. */
  public static Reply rateLimited(int retryAfterSeconds) {
    return OpenAi.error(
        429,
        "rate_limit_error",
        "rate_limit_exceeded",
        "Rate limit reached",
        "Retry-After: " + retryAfterSeconds);
  }

  /** 500, 503, 529 or another failure of the server. */
  public static Reply serverError(int status) {
    return OpenAi.error(status, "server_error", null, "The server had an error");
  }

  /** Status 200 with JSON that is cut off. */
  public static Reply malformedJson() {
    return wire -> wire.json(200, "{\"id\":\"chatcmpl-sim\",\"choices\":[{\"ind");
  }

  /** Status 200 with a page of HTML, as a captive proxy sends it. */
  public static Reply wrongContentType() {
    return wire ->
        wire.answer(
            200, "text/html", "<html><body>Sign in</body></html>".getBytes(StandardCharsets.UTF_8));
  }

  /** 502 with a page of HTML, as a load balancer sends it. */
  public static Reply htmlError() {
    return wire ->
        wire.answer(
            502,
            "text/html",
            "<html><h1>502 Bad Gateway</h1></html>".getBytes(StandardCharsets.UTF_8));
  }

  /** A stream that reports an error in an event after these deltas, and ends. */
  public static Reply errorEvent(String... deltas) {
    return wire -> {
      deltas(wire, deltas);
      wire.event(OpenAiBodies.error("server_error", "overloaded", "Overloaded in mid-stream"));
      wire.end();
    };
  }

  /** A connection that is reset before any byte of the answer. */
  public static Reply reset() {
    return Wire::reset;
  }

  /** A connection that is closed before any byte of the answer. */
  public static Reply close() {
    return Wire::close;
  }

  /** A stream that is reset after these deltas. */
  public static Reply resetAfter(String... deltas) {
    return wire -> {
      deltas(wire, deltas);
      wire.reset();
    };
  }

  /** A stream whose connection is closed after these deltas, without its last chunk. */
  public static Reply cutAfter(String... deltas) {
    return wire -> {
      deltas(wire, deltas);
      wire.close();
    };
  }

  /** An answer whose length is larger than what is sent before the connection is closed. */
  public static Reply shortBody() {
    return wire -> {
      wire.raw(
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"id\"");
      wire.close();
    };
  }

  /** No byte at all until the client goes. */
  public static Reply silence() {
    return Wire::awaitClientGone;
  }

  /** A stream that falls silent after these deltas until the client goes. */
  public static Reply stallAfter(String... deltas) {
    return wire -> {
      deltas(wire, deltas);
      wire.awaitClientGone();
    };
  }

  /** A stream without an end: deltas of the given size as fast as the client takes them. */
  public static Reply endless(int deltaSize) {
    return wire -> {
      OpenAiBodies bodies = new OpenAiBodies(wire.request());
      byte[] text = new byte[deltaSize];
      Arrays.fill(text, (byte) 'x');
      String delta =
          bodies.chatChunk("{\"content\":\"" + new String(text, StandardCharsets.US_ASCII) + "\"}");
      wire.startEvents();
      while (true) {
        wire.event(delta);
      }
    };
  }

  /** An answer that is no HTTP. */
  public static Reply garbage() {
    return wire -> {
      wire.raw("\u0000\u0001 this is no HTTP\r\n\r\n");
      wire.close();
    };
  }

  /** A header line larger than a client should accept. */
  public static Reply hugeHeader(int size) {
    return wire -> wire.json(200, "{}", "X-Huge: " + "h".repeat(size));
  }

  private static void deltas(Wire wire, String... deltas) throws IOException, InterruptedException {
    OpenAiBodies bodies = new OpenAiBodies(wire.request());
    wire.startEvents();
    wire.event(bodies.chatChunk("{\"role\":\"assistant\",\"content\":\"\"}"));
    for (String delta : deltas) {
      wire.event(bodies.chatChunk("{\"content\":" + OpenAiBodies.quote(delta) + "}"));
    }
  }
}
