package bifrost.it.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.bench.BenchConfig;
import bifrost.it.database.Setup;
import bifrost.it.support.Await;
import bifrost.it.support.Management;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What of requests reaches a PostgreSQL: rows, bodies, counters; also through a long outage. */
class StoredRequestsIT {
  private static final int MAX_MIB = 4;
  private static final int MOST_REQUESTS = 100_000;
  private static final String BODY =
      "{\"model\":\"openai/gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}";

  private static Setup setup;
  private static HttpClient http;
  private static Management management;

  @BeforeAll
  static void start() throws Exception {
    setup =
        new Setup(
            "accounting.max.mib=%1$d\npayload.max.mib=%1$d\nsegment.mib=1\n".formatted(MAX_MIB),
            true);
    http = HttpClient.newHttpClient();
    management = Management.of(setup.gateway());
    for (String key : new String[] {"plain", "quiet", "loud"}) {
      String flag =
          key.equals("plain") ? "" : "\"disable_content_logging\": " + key.equals("quiet") + ", ";
      Management.Answer made =
          management.call(
              "POST",
              "/api/governance/virtual-keys",
              """
              {"id": "%1$s", "name": "%1$s", "value": "%2$s", %3$s
               "provider_configs": [{"provider": "openai", "weight": 1, "allowed_models": ["*"], "key_ids": ["*"]}],
               "rate_limit": {"request_max_limit": 1000, "request_reset_duration": "1h"}}
              """
                  .formatted(key, secret(key), flag));
      assertTrue(made.status() < 300, made::text);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    management.close();
    http.close();
    setup.close();
  }

  @Test
  void throughALongOutageTheJournalKeepsItsBoundAndWhatWasSettledIsStoredOnce() throws Exception {
    setup.load().burst(4, 100);
    setup.awaitDrained();
    setup.stopped();
    while (setup.metric("bifrost_journal_folded_requests_total") == 0
        || setup.metric("bifrost_journal_shed_payloads_total") == 0) {
      assertEquals(0, setup.load().burst(16, 1_000), setup.load()::failures);
      assertTrue(setup.load().answered() < MOST_REQUESTS, "nothing is folded");
    }
    for (String stream : new String[] {"accounting", "payload"}) {
      String bytes = "bifrost_journal_spool_bytes{stream=\"" + stream + "\"}";
      Await.until(
          stream + " is not back in its bound, two segments over",
          setup.gateway()::logText,
          () -> setup.metric(bytes) <= (MAX_MIB + 2) << 20);
    }

    setup.requireAllSettled();
    assertTrue(number("SELECT count(*) FROM usage_total") > 0);
    double shed = setup.metric("bifrost_journal_shed_payloads_total");
    assertEquals(setup.load().answered(), storedOfLoad() + shed);
  }

  @Test
  void whoseBodiesAreStoredIsDecidedByTheRequestElseTheKeyElseTheSettings() throws Exception {
    client("{\"disable_content_logging\": false}");
    String byAll = chat("plain", "kept for all", Map.of());
    String byKeyNot = chat("quiet", "not of this key", Map.of());
    String byRequestNot = chat("loud", "not this one", header(true));
    String byRequest = chat("quiet", "but this one", header(false));
    client("{\"disable_content_logging\": true}");
    String byAllNot = chat("plain", "not for all", Map.of());
    String byKey = chat("loud", "of this key", Map.of());
    client(
        "{\"disable_content_logging\": false, \"allow_per_request_content_storage_override\": false}");
    String unheard = chat("plain", "has no say", header(true));
    client("{\"allow_per_request_content_storage_override\": true}");
    setup.near();
    setup.awaitDrained();

    assertEquals(BODY.formatted("kept for all"), body(byAll, "request"));
    assertTrue(body(byAll, "response").contains("nice weather"), () -> byAll);
    assertEquals(BODY.formatted("but this one"), body(byRequest, "request"));
    assertEquals(BODY.formatted("of this key"), body(byKey, "request"));
    assertEquals(BODY.formatted("has no say"), body(unheard, "request"));
    for (String not : new String[] {byKeyNot, byRequestNot, byAllNot}) {
      assertEquals("", body(not, "request"));
      assertEquals(1, number("SELECT count(*) FROM request_log WHERE id = '" + not + "'"));
    }
  }

  @Test
  void withLoggingOffNoRowIsStoredAndLimitsCountOn() throws Exception {
    String before = chat("loud", "logged", Map.of());
    long settled = settled("loud");
    client("{\"enable_logging\": false}");
    String without = chat("loud", "not logged", header(false));
    client("{\"enable_logging\": true}");
    String after = chat("loud", "logged again", Map.of());
    setup.near();
    setup.awaitDrained();

    assertEquals(
        "2",
        setup
            .database()
            .query(
                "SELECT count(*) FROM request_log WHERE id IN ('%s', '%s', '%s')"
                    .formatted(before, without, after)));
    assertEquals("", body(without, "request"));
    assertEquals(settled + 2, settled("loud"));
  }

  /** The requests that a key's limit has counted, as stored. */
  private static long settled(String key) throws Exception {
    setup.near();
    setup.awaitDrained();
    return number(
        "SELECT coalesce(sum(slot_value), 0) FROM counter_slot"
            + " WHERE counter LIKE 'rate:virtual_key:"
            + key
            + ":requests:%'");
  }

  private static String chat(String key, String content, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(setup.gateway().uri("/v1/chat/completions"))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + secret(key))
            .POST(BodyPublishers.ofString(BODY.formatted(content)));
    headers.forEach(request::header);
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer::body);
    return answer.headers().firstValue("x-bf-request-id").orElseThrow();
  }

  private static void client(String settings) throws IOException, InterruptedException {
    Management.Answer answer =
        management.call("PUT", "/api/config", "{\"client_config\": " + settings + "}");
    assertEquals(200, answer.status(), answer::text);
  }

  private static Map<String, String> header(boolean disabled) {
    return Map.of("x-bf-disable-content-logging", Boolean.toString(disabled));
  }

  private static String body(String id, String column) throws IOException {
    return setup
        .database()
        .query(
            "SELECT convert_from(%s, 'UTF8') FROM request_payload WHERE id = '%s'"
                .formatted(column, id));
  }

  /** How many requests of the load have their bodies in the database; their rows may be folded. */
  private static double storedOfLoad() throws IOException {
    return number(
        "SELECT count(*) FROM request_payload WHERE id NOT IN (SELECT id FROM request_log"
            + " WHERE virtual_key_id <> 'vk1')");
  }

  private static long number(String sql) throws IOException {
    return Long.parseLong(setup.database().query(sql));
  }

  private static String secret(String key) {
    return BenchConfig.KEY + "-" + key;
  }
}
