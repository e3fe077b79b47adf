package bifrost.admin.rest.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.admin.rest.TestExchange;
import bifrost.admin.rest.TestNode;
import bifrost.api.management.ManagementAnswer;
import bifrost.api.management.ManagementRequest;
import bifrost.api.management.ManagementResource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ManagementFrameTest {
  private final TestNode node =
      new TestNode(InstantSource.system())
          .with(new Echo("/api/echo"))
          .with(new Echo("/api/echo/deep"));

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void theLongestPrefixServes() throws IOException {
    assertEquals("x", TestNode.at(node.call("GET", "/api/echo/x", ""), "below"));
    assertEquals("x/y", TestNode.at(node.call("GET", "/api/echo/deep/x/y", ""), "below"));
    assertEquals("deeper", TestNode.at(node.call("GET", "/api/echo/deeper", ""), "below"));
    assertEquals("", TestNode.at(node.call("GET", "/api/echo/", ""), "below"));
  }

  @Test
  void whatIsNotThereIsSaidAndWhatIsThereListed() throws IOException {
    TestExchange missing = node.call("GET", "/api/nothing", "");
    assertEquals(404, missing.status());
    assertEquals("not_found", TestNode.at(missing, "error", "type"));
    assertEquals(
        List.of("/api/echo", "/api/echo/deep", "/api/session"),
        TestNode.at(node.call("GET", "/api", ""), "resources"));
  }

  @Test
  void aFailureOfAResourceShowsNothingOfItsCause() throws IOException {
    TestExchange answer = node.call("GET", "/api/echo/fail", "");
    assertEquals(500, answer.status());
    assertFalse(answer.text().contains("hidden"), answer.text());
    assertTrue(answer.text().contains("request-1"), answer.text());
  }

  @Test
  void aTagThatTheClientHasIsNotSentAgain() throws IOException {
    TestExchange first = node.call("GET", "/api/echo/tag", "");
    assertEquals("\"1-a\"", first.answerHeader("ETag"));
    TestExchange again = new TestExchange("GET", "/api/echo/tag");
    node.serve(again.with("If-None-Match", "\"0-b\", W/\"1-a\""));
    assertEquals(304, again.status());
    assertEquals("", again.text());
    TestExchange changed = new TestExchange("GET", "/api/echo/tag");
    assertEquals(200, node.serve(changed.with("If-None-Match", "\"0-b\"")).status());
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain, 415",
    "application/x-www-form-urlencoded, 415",
    "multipart/form-data, 415",
    "'', 415",
    "application/json; charset=utf-8, 200",
    "APPLICATION/JSON, 200"
  })
  void aBodyMustSayThatItIsJson(String type, int status) throws IOException {
    TestExchange call = new TestExchange("POST", "/api/echo").json("{}").with("Content-Type", type);
    assertEquals(status, node.serve(call).status());
  }

  static List<String> malformed() {
    return List.of(
        " ",
        "[]",
        "null",
        "\"text\"",
        "{",
        "{\"a\": 1,}",
        "{\"a\": 1} {\"b\": 2}",
        "{\"a\": 1, \"a\": 2}",
        "{\"a\": {\"b\": 1, \"b\": 2}}",
        "{'a': 1}",
        "{\"a\": NaN}",
        "{\"a\": 01}",
        "{\"a\": " + "9".repeat(41) + "}",
        "{\"a\": " + "[".repeat(40) + "]".repeat(40) + "}",
        "{\"" + "n".repeat(300) + "\": 1}",
        "{\"a\": \"" + "s".repeat(300_000) + "\"}",
        "{\"a\": [" + "1,".repeat(60_000) + "1]}",
        "{\"a\": \"unended",
        "{\"a\": \"\\ud800\\x\"}",
        "{\"a\": \"\u0001\"}");
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void aBodyThatIsNotStrictJsonIsRefusedWithoutBeingQuoted(String body) throws IOException {
    TestExchange answer = node.call("POST", "/api/echo", body);
    assertEquals(400, answer.status(), answer.text());
    assertEquals("invalid_request", TestNode.at(answer, "type"));
    assertTrue(answer.text().length() < 600, answer.text());
  }

  @Test
  void aBodyThatIsTooLargeIsNotRead() throws IOException {
    TestExchange call = new TestExchange("POST", "/api/echo").json("");
    node.serve(call.bytes(new byte[FrameRequest.LARGEST_BODY + 1]));
    assertEquals(413, call.status());
  }

  @Test
  void aSecretInMalformedJsonIsNotShown() throws IOException {
    TestExchange answer =
        node.call("POST", "/api/echo", "{\"value\": \"ok\", \"key\": sk-very-secret}");
    assertEquals(400, answer.status());
    assertFalse(answer.text().contains("very-secret"), answer.text());
    assertFalse(answer.text().contains("sk"), answer.text());
  }

  @Test
  void randomBytesNeverGiveAnythingButAnAnswer() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] good =
        "{\"a\": [1, 2.5e3, {\"b\": \"t\\u00e9xt\"}, null, true], \"c\": {\"d\": -0.0}}"
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 20_000; i++) {
      byte[] bent = good.clone();
      for (int j = random.nextInt(4); j >= 0; j--) {
        bent[random.nextInt(bent.length)] = (byte) random.nextInt(256);
      }
      TestExchange call = new TestExchange("POST", "/api/echo").json("").bytes(bent);
      node.serve(call);
      assertTrue(Set.of(200, 400).contains(call.status()), "seed " + seed + ": " + call.text());
    }
  }

  private record Echo(String prefix) implements ManagementResource {
    @Override
    public ManagementAnswer handle(ManagementRequest request) {
      if (request.below().equals("fail")) {
        throw new IllegalStateException("hidden");
      }
      if (request.below().equals("tag")) {
        return ManagementAnswer.ok(Map.of("tagged", true)).withHeader("ETag", "\"1-a\"");
      }
      return ManagementAnswer.ok(
          request.method().equals("GET") ? Map.of("below", request.below()) : request.body());
    }
  }
}
