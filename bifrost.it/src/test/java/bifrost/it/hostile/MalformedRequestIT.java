package bifrost.it.hostile;

import static bifrost.it.hostile.MalformedRequest.body;
import static bifrost.it.hostile.MalformedRequest.bytes;
import static bifrost.it.hostile.MalformedRequest.form;
import static bifrost.it.hostile.MalformedRequest.framing;
import static bifrost.it.hostile.MalformedRequest.good;
import static bifrost.it.hostile.MalformedRequest.headers;
import static bifrost.it.hostile.MalformedRequest.json;
import static bifrost.it.hostile.MalformedRequest.line;
import static bifrost.it.hostile.MalformedRequest.member;
import static bifrost.it.hostile.MalformedRequest.messages;
import static bifrost.it.hostile.MalformedRequest.raw;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.Lab;
import bifrost.it.support.RawAnswer;
import bifrost.it.support.RawHttp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Each malformed request gets a 4xx whose JSON names the problem, and the next one is served. */
@ExtendWith(Lab.Shared.class)
class MalformedRequestIT {
  private static final String CHAT = "POST /v1/chat/completions HTTP/1.1\r\n";
  private static final String FORM = "multipart/form-data; boundary=b";

  private final Lab lab;

  MalformedRequestIT(Lab lab) {
    this.lab = lab;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"syntax", "encodings", "fields", "models", "paths", "heads", "framings", "forms"})
  void isRefusedByName(MalformedRequest request) throws Exception {
    try (RawHttp http = new RawHttp(lab.gateway().port())) {
      http.send(request.bytes());
      if (request.cut()) {
        http.endOfInput();
      }
      assertRefusal(request, http.answer());
    }
    assertServes();
  }

  @Test
  void garbageAfterARequestIsRefusedAndTheRequestServed() throws Exception {
    try (RawHttp http = new RawHttp(lab.gateway().port())) {
      http.send(RawHttp.post("/v1/chat/completions", new String(good(), UTF_8)));
      http.send("\u0001\u0002 garbage\r\n\r\n");
      assertEquals(200, http.answer().status());
      assertEquals(400, http.answer().status());
    }
    assertServes();
  }

  @Test
  void aBodyThatNeverEndsIsRefusedAtTheLimit() throws Exception {
    try (RawHttp http = new RawHttp(lab.gateway().port())) {
      http.send(CHAT + "Host: localhost\r\nContent-Type: application/json\r\n");
      http.send("Transfer-Encoding: chunked\r\n\r\n");
      String chunk = "8000\r\n" + " ".repeat(0x8000) + "\r\n";
      try {
        for (int i = 0; i < 64; i++) {
          http.send(chunk);
        }
      } catch (IOException e) {
        // it has been refused already
      }
      assertRefusal(raw("endless", new byte[0], 413, "max_request_body_size_mb"), http.answer());
    }
    assertServes();
  }

  @Test
  void slowHeadsAndSlowBodiesAreRefused() throws Exception {
    MalformedRequest head = raw("slow head", new byte[0], 408, "head");
    MalformedRequest body = raw("slow body", new byte[0], 408, "body");
    try (RawHttp slowHead = new RawHttp(lab.gateway().port());
        RawHttp slowBody = new RawHttp(lab.gateway().port())) {
      slowHead.send(CHAT + "Host: localhost\r\nX-Slow: ");
      slowBody.send(CHAT + "Host: localhost\r\nContent-Type: application/json\r\n");
      slowBody.send("Content-Length: 1000000\r\n\r\n{\"model\":\"echo/echo-1\",");
      CompletableFuture<RawAnswer> headAnswer = trickled(slowHead);
      CompletableFuture<RawAnswer> bodyAnswer = trickled(slowBody);
      assertRefusal(head, headAnswer.get());
      assertRefusal(body, bodyAnswer.get());
    }
    assertServes();
  }

  /** Sends a byte now and then until there is an answer. */
  private static CompletableFuture<RawAnswer> trickled(RawHttp http) {
    CompletableFuture<RawAnswer> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                answer.complete(http.answer());
              } catch (IOException e) {
                answer.completeExceptionally(e);
              }
            });
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (!answer.isDone()) {
                  http.send("a");
                  Thread.sleep(200);
                }
              } catch (IOException | InterruptedException e) {
                // refused
              }
            });
    return answer;
  }

  static Stream<MalformedRequest> syntax() {
    return Stream.of(
        json("empty body", "", 400, "empty"),
        json("cut in a string", "{\"model\":\"echo/ec", 400, "json"),
        json("cut after a key", "{\"model\"", 400, "json"),
        json("cut in an array", "{\"model\":\"echo/echo-1\",\"messages\":[{\"role\"", 400, "json"),
        json("an array", "[1,2]", 400, "object"),
        json("a string", "\"model\"", 400, "object"),
        json("a number", "1", 400, "object"),
        json("null", "null", 400, "object"),
        json("text after the object", new String(good(), UTF_8) + "x", 400, "json"),
        json("two objects", new String(good(), UTF_8) + "{}", 400, "json"),
        json("single quotes", "{'model':'echo/echo-1'}", 400, "json"),
        json("a comment", "{/* hi */\"model\":\"echo/echo-1\"}", 400, "json"),
        json("a key without quotes", "{model:\"echo/echo-1\"}", 400, "json"),
        json("a missing comma", "{\"model\":\"echo/echo-1\" \"stream\":true}", 400, "json"),
        json("a comma too many", "{\"model\":\"echo/echo-1\",}", 400, "json"),
        member("not a number", "\"temperature\":NaN", "json"),
        member("a leading zero", "\"temperature\":01", "json"),
        member("a bad escape", "\"x\":\"\\q\"", "json"),
        member("a control character in a string", "\"x\":\"a\u0001b\"", "json"),
        json("arrays nested deeply", "{\"x\":" + "[".repeat(100_000), 400, "nest"),
        json("objects nested deeply", "{\"x\":".repeat(50_000), 400, "nest"),
        json("form fields", "model=echo&messages=hi", 400, "json"));
  }

  static Stream<MalformedRequest> encodings() {
    return Stream.of(
        body("a byte that is no UTF-8", withByte(0xFF), 400, "utf-8"),
        body("a lone continuation byte", withByte(0x80), 400, "utf-8"),
        body("an overlong character", withBytes(0xC0, 0xAF), 400, "utf-8"),
        body("a surrogate in UTF-8", withBytes(0xED, 0xA0, 0x80), 400, "utf-8"),
        body("UTF-16", new String(good(), UTF_8).getBytes(UTF_16), 400, ""),
        body("a NUL byte", bytes("{\"model\":\"echo/echo-1\",\u0000}"), 400, "json"),
        headers(
                "a compressed body",
                "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
                415,
                "gzip")
            .or(400),
        headers("plain text", "Content-Type: text/plain\r\n", 415, "text/plain").or(400),
        headers("XML", "Content-Type: application/xml\r\n", 415, "application/xml").or(400));
  }

  static Stream<MalformedRequest> fields() {
    return Stream.of(
        messages("no messages", "", "messages"),
        messages("messages is a string", ",\"messages\":\"hi\"", "messages"),
        messages("messages is empty", ",\"messages\":[]", "messages"),
        messages("a message is a string", ",\"messages\":[\"hi\"]", "messages"),
        messages("a role is a number", ",\"messages\":[{\"role\":1,\"content\":\"\"}]", "role"),
        messages(
            "a content is a number",
            ",\"messages\":[{\"role\":\"user\",\"content\":1}]",
            "content"),
        member("stream is a string", "\"stream\":\"yes\"", "stream"),
        member("stream is a number", "\"stream\":1", "stream"),
        member(
            "stream_options is a list", "\"stream\":true,\"stream_options\":[]", "stream_options"),
        member("max_tokens is a string", "\"max_tokens\":\"many\"", "max_tokens"),
        member("max_tokens is negative", "\"max_tokens\":-1", "max_tokens"),
        member("max_tokens is too large", "\"max_tokens\":99999999999999999999", "max_tokens"),
        member("n is a string", "\"n\":\"two\"", "'n'"),
        member("fallbacks is a string", "\"fallbacks\":\"echo/echo-1\"", "fallbacks"),
        member("a fallback is a number", "\"fallbacks\":[1]", "fallbacks"),
        member("a fallback has no provider", "\"fallbacks\":[\"echo\"]", "fallbacks"),
        member(
            "too many fallbacks",
            "\"fallbacks\":" + Collections.nCopies(100, "\"echo/echo-1\""),
            "fallbacks"),
        member("model twice", "\"model\":\"echo/other\"", "model"),
        member("stream twice", "\"stream\":true,\"stream\":false", "stream"));
  }

  static Stream<MalformedRequest> models() {
    return Stream.of(
        json("no model", "{\"messages\":[]}", 400, "model"),
        json("model is a number", "{\"model\":1,\"messages\":[]}", 400, "model"),
        json("model is null", "{\"model\":null,\"messages\":[]}", 400, "model"),
        json("model is an object", "{\"model\":{},\"messages\":[]}", 400, "model"),
        json("model is empty", "{\"model\":\"\",\"messages\":[]}", 400, "model"),
        json("model is blank", "{\"model\":\"  \",\"messages\":[]}", 400, "model"),
        json("model has a line break", "{\"model\":\"a\\nb\",\"messages\":[]}", 400, "model"),
        json("model is very long", "{\"model\":\"" + "m".repeat(10_000) + "\"}", 400, "model"),
        json("a provider without a model", "{\"model\":\"echo/\",\"messages\":[]}", 404, "echo/")
            .or(400),
        json("a model without a provider", "{\"model\":\"/m\",\"messages\":[]}", 404, "/m").or(400),
        json("an unknown provider", "{\"model\":\"nobody/m\",\"messages\":[]}", 404, "nobody"));
  }

  static Stream<MalformedRequest> paths() {
    return Stream.of(
        line("an unknown path", "GET /v1/nothing HTTP/1.1", 404, "/v1/nothing"),
        line("an unknown root", "GET /v9/models HTTP/1.1", 404, "/v9/models"),
        line("GET of a POST", "GET /v1/chat/completions HTTP/1.1", 405, "GET"),
        line("DELETE of a POST", "DELETE /v1/chat/completions HTTP/1.1", 405, "DELETE"),
        line("PUT of a GET", "PUT /v1/models HTTP/1.1", 405, "PUT"),
        line("an invented method", "BREW /v1/models HTTP/1.1", 405, "BREW").or(400),
        line("a way out", "GET /v1/../../etc/passwd HTTP/1.1", 404, "").or(400),
        line("a hidden way out", "GET /v1/%2e%2e/%2e%2e/etc/passwd HTTP/1.1", 404, "").or(400),
        line("a broken escape", "GET /v1/%zz HTTP/1.1", 400, ""),
        line("a NUL in the path", "GET /v1/%00 HTTP/1.1", 400, "").or(404),
        line("a path of 100 kB", "GET /" + "p".repeat(100_000) + " HTTP/1.1", 414, ""));
  }

  static Stream<MalformedRequest> heads() {
    return Stream.of(
        line("no HTTP", "hello", 400, ""),
        line("another protocol", "GET /v1/models XTTP/1.1", 505, "http").or(400),
        raw("no Host", bytes("GET /v1/models HTTP/1.1\r\n\r\n"), 400, "host"),
        raw(
            "two Hosts",
            bytes("GET /v1/models HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
            400,
            "host"),
        headers("a header of 100 kB", "X-Huge: " + "h".repeat(100_000) + "\r\n", 431, "header"),
        headers("10,000 headers", "X-Many: 1\r\n".repeat(10_000), 431, "header"),
        headers("a header name with a space", "X Bad: 1\r\n", 400, ""),
        headers("a header without a colon", "nonsense\r\n", 400, ""),
        headers("a folded header", "X-Folded: a\r\n  b\r\n", 400, ""),
        headers("a NUL in a header", "X-Nul: a\u0000b\r\n", 400, ""),
        headers("an unknown expectation", "Expect: a-miracle\r\n", 417, "").or(400));
  }

  static Stream<MalformedRequest> framings() {
    String body = new String(good(), UTF_8);
    int length = body.length();
    return Stream.of(
        framing(
            "two lengths",
            "Content-Length: " + length + "\r\nContent-Length: 5\r\n\r\n" + body,
            400,
            "length"),
        framing(
            "length and chunks",
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            ""),
        framing("a negative length", "Content-Length: -5\r\n\r\n", 400, "length"),
        framing("a length that is no number", "Content-Length: ten\r\n\r\n", 400, "length"),
        framing(
                "a length beyond all bounds",
                "Content-Length: 99999999999999999999\r\n\r\n",
                400,
                "")
            .or(413),
        framing(
            "a body over the limit",
            "Content-Length: 2000000\r\n\r\n",
            413,
            "max_request_body_size_mb"),
        framing(
            "a chunk size that is no number",
            "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
            400,
            ""),
        framing(
            "a chunk longer than its size",
            "Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n",
            400,
            ""),
        framing("an unknown transfer coding", "Transfer-Encoding: magic\r\n\r\n", 400, "").or(415),
        framing("a body cut short", "Content-Length: 500\r\n\r\n" + body, 400, "").thenCut(),
        framing("chunks cut short", "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", 400, "")
            .thenCut());
  }

  static Stream<MalformedRequest> forms() {
    String model = part("name=\"model\"", "openai/m");
    String file = part("name=\"file\"; filename=\"a.wav\"", "sound");
    return Stream.of(
        form("no content type", "", model + file + "--b--", 415, "content-type").or(400),
        form(
                "JSON where a form is due",
                "application/json",
                "{\"model\":\"openai/m\"}",
                415,
                "multipart")
            .or(400),
        form("a form without a boundary", "multipart/form-data", model + "--b--", 400, "boundary"),
        form(
            "a form with another boundary",
            "multipart/form-data; boundary=c",
            model + "--b--",
            400,
            "boundary"),
        form("a form without a model", FORM, file + "--b--\r\n", 400, "model"),
        form("an empty form", FORM, "--b--\r\n", 400, "model"),
        form("an empty body", FORM, "", 400, ""),
        form("a form with two models", FORM, model + model + file + "--b--\r\n", 400, "model"),
        form("a part without a name", FORM, part("x=\"y\"", "z") + "--b--\r\n", 400, "name"),
        form(
            "a form that is cut off",
            FORM,
            part("name=\"x\"", "y") + "--b\r\nContent-Dis",
            400,
            ""));
  }

  private static String part(String disposition, String content) {
    return "--b\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n";
  }

  private static byte[] withByte(int value) {
    return withBytes(value);
  }

  private static byte[] withBytes(int... values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(bytes("{\"model\":\"echo/echo-1\",\"messages\":[{\"role\":\"user\","));
    out.writeBytes(bytes("\"content\":\"a"));
    for (int value : values) {
      out.write(value);
    }
    out.writeBytes(bytes("b\"}]}"));
    return out.toByteArray();
  }

  private static void assertRefusal(MalformedRequest request, RawAnswer answer) {
    assertTrue(
        request.statuses().contains(answer.status()),
        () -> "expected " + request.statuses() + ", got " + answer.status() + " " + answer.text());
    assertTrue(
        answer.headers().getOrDefault("content-type", "").startsWith("application/json"),
        answer::toString);
    JsonNode json = new JsonMapper().readTree(answer.body());
    assertEquals(answer.status(), json.path("status_code").asInt(), answer::text);
    assertTrue(json.path("error").path("type").asString("").length() > 3, answer::text);
    String message = json.path("error").path("message").asString("");
    assertTrue(message.length() > 10, answer::text);
    assertTrue(
        (message + json.path("error").path("param").asString(""))
            .toLowerCase(Locale.ROOT)
            .contains(request.names().toLowerCase(Locale.ROOT)),
        answer::text);
    assertTrue(!message.contains("Exception") && !message.contains("\tat "), answer::text);
  }

  private void assertServes() throws Exception {
    assertEquals(200, lab.chat("echo/echo-1").statusCode());
  }
}
