package bifrost.tck.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class UpstreamSimulatorTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String CHAT = "{\"model\":\"m\",\"messages\":[],\"x_unknown\":  1.0}";
  private static final String STREAM = "{\"model\":\"m\",\"messages\":[],\"stream\":true}";

  private final UpstreamSimulator simulator = UpstreamSimulator.start();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    client.close();
    simulator.close();
    assertEquals(0, simulator.failures().size(), () -> simulator.failures().toString());
  }

  @Test
  void aChatRequestIsAnsweredAndItsBytesAreRecorded() throws Exception {
    HttpResponse<String> answer = post("/v1/chat/completions", CHAT);

    assertEquals(200, answer.statusCode());
    JsonNode json = new JsonMapper().readTree(answer.body());
    assertEquals("Hello, world!", json.at("/choices/0/message/content").asString());
    Received received = simulator.awaitRequest();
    assertEquals("POST", received.method());
    assertEquals("/v1/chat/completions", received.target());
    assertEquals("m", received.model());
    assertEquals("sk-1", received.key());
    assertArrayEquals(CHAT.getBytes(UTF_8), received.body());
    assertTrue(new String(received.head(), UTF_8).endsWith("\r\n\r\n"));
  }

  @Test
  void aStreamHasRoleDeltasFinishAndDone() throws Exception {
    String body = post("/v1/chat/completions", STREAM).body();

    String[] events = body.split("\n\n");
    assertEquals(7, events.length, body);
    assertTrue(events[0].contains("\"role\":\"assistant\""));
    assertTrue(events[5].contains("\"finish_reason\":\"stop\""));
    assertEquals("data: [DONE]", events[6]);
    assertFalse(body.contains("usage"));
  }

  @Test
  void aUsageChunkComesOnlyWhenAskedFor() throws Exception {
    String asked = STREAM.replace("}", ",\"stream_options\":{\"include_usage\":true}}");

    String[] events = post("/v1/chat/completions", asked).body().split("\n\n");

    JsonNode usage = new JsonMapper().readTree(events[6].substring("data: ".length()));
    assertTrue(usage.path("choices").isEmpty());
    assertEquals(OpenAi.PROMPT_TOKENS, usage.at("/usage/prompt_tokens").asInt());
  }

  @Test
  void everyBodyIsWellFormedJson() throws Exception {
    for (String path :
        new String[] {
          "/v1/chat/completions",
          "/v1/completions",
          "/v1/responses",
          "/v1/embeddings",
          "/v1/images/generations",
          "/v1/models",
          "/v1/nothing"
        }) {
      for (boolean stream : new boolean[] {false, true}) {
        String asked =
            "{\"model\":\"m\\\"\",\"stream\":%b,\"stream_options\":{\"include_usage\":true}}"
                .formatted(stream);
        String body = post(path, asked).body();
        for (String line : body.split("\n")) {
          if (line.startsWith("{") || line.startsWith("data: {")) {
            assertTrue(new JsonMapper().readTree(line.replaceFirst("^data: ", "")).isObject());
          }
        }
      }
    }
  }

  @Test
  void toolCallFragmentsJoinToTheArguments() throws Exception {
    simulator.onModel("m", OpenAi.toolCall("weather", "{\"ci", "ty\":\"", "Oslo\"}"));

    StringBuilder arguments = new StringBuilder();
    for (String event : post("/v1/chat/completions", STREAM).body().split("\n\n")) {
      if (event.startsWith("data: {")) {
        arguments.append(
            new JsonMapper()
                .readTree(event.substring(6))
                .at("/choices/0/delta/tool_calls/0/function/arguments")
                .asString(""));
      }
    }
    assertEquals("{\"city\":\"Oslo\"}", arguments.toString());
  }

  @Test
  void queueGoesBeforeKeyBeforeModelBeforePath() throws Exception {
    simulator
        .onPath("/v1/chat/completions", OpenAi.chat("path"))
        .onModel("m", OpenAi.chat("model"))
        .onKey("sk-1", Faults.badKey())
        .next(Faults.rateLimited(3));

    HttpResponse<String> first = post("/v1/chat/completions", CHAT);
    assertEquals(429, first.statusCode());
    assertEquals("3", first.headers().firstValue("Retry-After").orElseThrow());
    assertEquals(401, post("/v1/chat/completions", CHAT).statusCode());
    assertTrue(post("sk-2", "/v1/chat/completions", CHAT).body().contains("model"));
    assertTrue(
        post("sk-2", "/v1/chat/completions", CHAT.replace("\"m\"", "\"n\""))
            .body()
            .contains("path"));
  }

  @Test
  void theCloseOfASilentConnectionIsSeen() throws Exception {
    simulator.next(Faults.silence());
    Received received;
    try (Socket socket = new Socket("127.0.0.1", simulator.port())) {
      socket.getOutputStream().write("GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
      received = simulator.awaitRequest();
      assertFalse(received.clientGone());
    }
    assertTrue(received.awaitClientGone(LIMIT) >= received.arrivedNanos());
    received.awaitAnswered(LIMIT);
  }

  @Test
  void aResetInMidStreamReachesTheClientAsReset() throws Exception {
    simulator.next(Faults.resetAfter("a", "b"));
    try (Socket socket = new Socket("127.0.0.1", simulator.port())) {
      send(socket, STREAM);
      assertThrows(SocketException.class, () -> socket.getInputStream().readAllBytes());
    }
  }

  @Test
  void theTestDecidesWhenAChunkLeaves() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    simulator.next(
        wire -> {
          wire.startEvents();
          wire.event("1");
          go.await();
          wire.event("2");
          wire.end();
        });
    HttpResponse<InputStream> answer =
        client.send(request("sk-1", "/v1/chat/completions", STREAM), BodyHandlers.ofInputStream());
    try (InputStream in = answer.body()) {
      assertEquals("data: 1\n\n", new String(in.readNBytes(9), UTF_8));
      go.countDown();
      assertEquals("data: 2\n\n", new String(in.readAllBytes(), UTF_8));
    }
  }

  @Test
  void splitBytesArriveWhole() throws Exception {
    simulator.next(OpenAi.chat("Grüße, 世界 🌍").inPieces(1, Duration.ZERO));

    assertTrue(post("/v1/chat/completions", STREAM).body().contains("Grüße, 世界 🌍"));
  }

  @Test
  void aTranscriptionWithoutAFormIsRefused() throws Exception {
    HttpResponse<String> answer = post("/v1/audio/transcriptions", "not a form");

    assertEquals(400, answer.statusCode());
    String form =
        "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n"
            + "Content-Type: audio/wav\r\n\r\n\u0001\r\n--\u0002\r\n--b--\r\n";
    HttpResponse<String> good =
        client.send(
            HttpRequest.newBuilder(URI.create(simulator.baseUrl() + "/v1/audio/transcriptions"))
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofString(form))
                .build(),
            BodyHandlers.ofString());
    assertEquals(200, good.statusCode(), good.body());
    assertEquals("whisper-1", simulator.awaitRequest("whisper-1").model());
  }

  @Test
  void keepAliveServesSeveralRequestsAndCloseEndsIt() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", simulator.port())) {
      simulator.next(OpenAi.models("a"), OpenAi.models("b").thenClose(Duration.ZERO));
      String get = "GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n";
      socket.getOutputStream().write((get + get).getBytes(UTF_8));
      String all = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertEquals(3, all.split("HTTP/1.1 200").length, all);
    }
    assertEquals(1, simulator.connections());
    assertEquals(2, simulator.requests().size());
  }

  @Test
  void anIncompleteUploadIsRecordedAsSuch() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", simulator.port())) {
      socket
          .getOutputStream()
          .write("POST /v1/x HTTP/1.1\r\nContent-Length: 10\r\n\r\n123".getBytes(UTF_8));
    }
    Received received = simulator.awaitRequest();
    assertFalse(received.complete());
    assertEquals("123", received.text());
  }

  private static void send(Socket socket, String body) throws IOException {
    socket
        .getOutputStream()
        .write(
            ("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body)
                .getBytes(UTF_8));
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return post("sk-1", path, body);
  }

  private HttpResponse<String> post(String key, String path, String body) throws Exception {
    return client.send(request(key, path, body), BodyHandlers.ofString());
  }

  private HttpRequest request(String key, String path, String body) {
    return HttpRequest.newBuilder(URI.create(simulator.baseUrl() + path))
        .version(HttpClient.Version.HTTP_1_1)
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json")
        .timeout(LIMIT)
        .POST(BodyPublishers.ofString(body))
        .build();
  }
}
