package bifrost.it.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.Lab;
import bifrost.it.support.RawAnswer;
import bifrost.it.support.RawHttp;
import bifrost.tck.upstream.OpenAi;
import bifrost.tck.upstream.Received;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bytes that the gateway need not understand pass through it unchanged, in both directions. */
@ExtendWith(Lab.Shared.class)
class PassThroughIT {
  private static final String ODD =
      "{ \"x_first\" : [1.0, 1e2,-0.0 , 12345678901234567890123] ,\r\n\t\"model\" :\"MODEL\" , "
          + "\"messages\":[{\"role\":\"user\",\"content\":\"\\u00fc\\/ü 🌍 \\ud83c\\udf0d\","
          + "\"x_inner\":{\"a\":null,\"a\":1}}],\"x_dup\":1,\"x_dup\":2, \"model_x\":\"MODEL\","
          + "\"x_last\":{\"model\":\"inner\"}  }\n";

  private final Lab lab;

  PassThroughIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void onlyTheModelsValueDiffersInARequest() throws Exception {
    String sent = ODD.replaceFirst("MODEL", "openai/pass");

    assertEquals(200, exchange(sent).status());

    String expected = ODD.replaceFirst("MODEL", "pass");
    assertArrayEquals(expected.getBytes(UTF_8), lab.upstream().awaitRequest().body());
  }

  @Test
  void fallbacksAreTakenOutOfARequest() throws Exception {
    String rest = "\"messages\":[], \"x\" : 1";

    exchange("{\"model\":\"openai/pass\",\"fallbacks\":[\"openai/other\"]," + rest + "}");
    exchange("{\"model\":\"openai/pass\"," + rest + ",\"fallbacks\":[]}");
    exchange("{\"fallbacks\":[\"openai/other\"],\"model\":\"openai/pass\"," + rest + "}");

    for (Received received : lab.upstream().awaitRequests(3, request -> true)) {
      assertEquals("{\"model\":\"pass\"," + rest + "}", received.text());
    }
  }

  @Test
  void anAnswerArrivesByteForByte() throws Exception {
    String body =
        "{ \"choices\" :[ ],\"x_unknown\" : [1.0,1e2 ,\"\\u00fc\"],\r\n \"model\":\"pass-0613\","
            + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"x\":5}, \"a\":1,\"a\":2 }\n";
    lab.upstream().onModel("pass", wire -> wire.json(200, body, "x-request-id: req_of_upstream"));

    RawAnswer answer = exchange(Lab.chatBody("openai/pass"));

    assertEquals(200, answer.status());
    assertArrayEquals(body.getBytes(UTF_8), answer.body());
    assertTrue(answer.headers().get("content-type").startsWith("application/json"));
  }

  @Test
  void aStreamArrivesByteForByte() throws Exception {
    String stream =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ü\"}}] , \"x\":1}\n\n: ping\n\n"
            + "id: 7\nevent: odd\nretry: 10\ndata: {\"choices\":[],\ndata: \"y\":2}\n\n"
            + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n"
            + "data: [DONE]\n\n";
    lab.upstream()
        .onModel(
            "pass",
            wire -> {
              wire.startEvents();
              wire.split(7, java.time.Duration.ZERO);
              wire.chunk(stream);
              wire.end();
            });

    RawAnswer answer =
        exchange(
            Lab.streamBody("openai/pass")
                .replace(
                    "\"stream\":true",
                    "\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

    assertEquals(stream, answer.text());
  }

  @Test
  void eventsWithCarriageReturnsArriveByteForByte() throws Exception {
    String stream = "data: {\"choices\":[],\"x\":1}\r\n\r\ndata: [DONE]\r\n\r\n";
    lab.upstream()
        .onModel(
            "pass",
            wire -> {
              wire.startEvents();
              wire.chunk(stream);
              wire.end();
            });

    assertEquals(stream, exchange(Lab.streamBody("openai/pass")).text());
  }

  @Test
  void usageIsAskedForUpstreamAndHiddenFromAClientThatDidNot() throws Exception {
    RawAnswer answer = exchange(Lab.streamBody("openai/pass"));

    Received received = lab.upstream().awaitRequest();
    assertTrue(received.json().at("/stream_options/include_usage").asBoolean(false));
    assertFalse(answer.text().contains("\"choices\":[]"), answer::text);
    assertFalse(answer.text().contains("prompt_tokens"), answer::text);
    assertTrue(answer.text().endsWith("data: [DONE]\n\n"), answer::text);
  }

  @Test
  void otherStreamOptionsAreKept() throws Exception {
    exchange(
        "{\"model\":\"openai/pass\",\"stream\":true,\"messages\":[],"
            + "\"stream_options\":{\"x\":1,\"include_usage\":false}}");

    Received received = lab.upstream().awaitRequest();
    assertTrue(received.json().at("/stream_options/include_usage").asBoolean(false));
  }

  @Test
  void aWholeAnswerInSmallPiecesIsWhole() throws Exception {
    lab.upstream()
        .onModel("pass", OpenAi.chat("Grüße, 世界 🌍").inPieces(1, java.time.Duration.ZERO));

    assertTrue(exchange(Lab.chatBody("openai/pass")).text().contains("Grüße, 世界 🌍"));
  }

  @Test
  void aBodyOfHalfAMegabyteArrivesByteForByte() throws Exception {
    byte[] letters = new byte[500_000];
    Random random = new Random(3);
    for (int i = 0; i < letters.length; i++) {
      letters[i] = (byte) ('a' + random.nextInt(26));
    }
    String content = new String(letters, UTF_8);
    String body =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"" + content + "\"}],\"model\":\"MODEL\"}";
    lab.upstream().onModel("pass", OpenAi.chat(content));

    RawAnswer answer = exchange(body.replace("MODEL", "openai/pass"));

    assertEquals(body.replace("MODEL", "pass"), lab.upstream().awaitRequest().text());
    assertTrue(answer.text().contains(content));
  }

  @Test
  void aBodyInChunksArrivesByteForByte() throws Exception {
    String body = Lab.chatBody("openai/pass");
    try (RawHttp http = new RawHttp(lab.gateway().port())) {
      http.send(
          "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
              + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int at = 0; at < body.length(); at += 5) {
        String part = body.substring(at, Math.min(body.length(), at + 5));
        http.send(Integer.toHexString(part.length()) + "\r\n" + part + "\r\n");
      }
      assertEquals(200, http.send("0\r\n\r\n").answer().status());
    }
    assertEquals(Lab.chatBody("pass"), lab.upstream().awaitRequest().text());
  }

  @Test
  void aClientThatAsksFirstIsToldToContinue() throws Exception {
    byte[] body = Lab.chatBody("openai/pass").getBytes(UTF_8);
    try (RawHttp http = new RawHttp(lab.gateway().port())) {
      http.send(
          "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
              + "Content-Type: application/json\r\nContent-Length: "
              + body.length
              + "\r\n\r\n");
      assertEquals(100, http.head().status());
      assertEquals(200, http.send(body).answer().status());
    }
  }

  @Test
  void nothingOfTheCallersCredentialReachesTheUpstream() throws Exception {
    try (RawHttp http = new RawHttp(lab.gateway().port())) {
      http.send(
          RawHttp.post(
              "/v1/chat/completions",
              "Content-Type: application/json\r\nAuthorization: Bearer sk-caller-secret\r\n"
                  + "x-api-key: sk-caller-secret\r\napi-key: sk-caller-secret\r\n"
                  + "Cookie: session=sk-caller-secret\r\n",
              Lab.chatBody("openai/pass").getBytes(UTF_8)));
      assertEquals(200, http.answer().status());
    }
    Received received = lab.upstream().awaitRequest();
    assertEquals("sk-openai", received.key());
    assertFalse(new String(received.head(), UTF_8).contains("sk-caller-secret"));
  }

  private RawAnswer exchange(String body) throws IOException {
    try (RawHttp http = new RawHttp(lab.gateway().port())) {
      return http.send(RawHttp.post("/v1/chat/completions", body)).answer();
    }
  }
}
