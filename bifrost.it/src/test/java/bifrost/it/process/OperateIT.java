package bifrost.it.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.Lab;
import bifrost.tck.upstream.Faults;
import bifrost.tck.upstream.OpenAi;
import java.net.http.HttpResponse;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What operators look at: health, readiness, metrics, shell. */
@ExtendWith(Lab.Shared.class)
class OperateIT {
  private final Lab lab;

  OperateIT(Lab lab) {
    this.lab = lab;
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/ready"})
  void isWellAndSaysSoInJson(String path) throws Exception {
    HttpResponse<String> answer = lab.get(path);

    assertEquals(200, answer.statusCode());
    assertTrue(new JsonMapper().readTree(answer.body()).isObject(), answer.body());
  }

  @Test
  void readySaysWhereTheSnapshotCameFrom() throws Exception {
    JsonNode ready = new JsonMapper().readTree(lab.get("/ready").body());

    assertFalse(ready.findValues("source").isEmpty(), ready::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http_requests_total",
        "http_request_duration_seconds_bucket",
        "http_request_size_bytes_bucket",
        "http_response_size_bytes_bucket",
        "bifrost_upstream_requests_total",
        "bifrost_upstream_latency_seconds_bucket",
        "bifrost_overhead_latency_microseconds_bucket",
        "bifrost_success_requests_total",
        "bifrost_error_requests_total",
        "bifrost_input_tokens_total",
        "bifrost_output_tokens_total",
        "bifrost_stream_first_token_latency_seconds_bucket",
        "bifrost_stream_inter_token_latency_seconds_bucket",
        "bifrost_active_requests",
        "bifrost_provider_key_up",
        "bifrost_key_rotation_events_total",
        "bifrost_request_retries_bucket"
      })
  void aMetricIsThereAfterTraffic(String name) throws Exception {
    makeTraffic();

    String metrics = lab.get("/metrics").body();

    assertTrue(
        metrics
            .lines()
            .anyMatch(line -> line.startsWith(name + "{") || line.startsWith(name + " ")),
        () -> name + " is missing among\n" + names(metrics));
  }

  @Test
  void metricsCountWhatHappened() throws Exception {
    double before = tokens(lab.get("/metrics").body());
    for (int i = 0; i < 3; i++) {
      assertEquals(200, lab.chat("openai/counted").statusCode());
    }
    assertEquals(before + 3 * OpenAi.PROMPT_TOKENS, tokens(lab.get("/metrics").body()), 0.01);
  }

  @Test
  void metricsNameNoKey() throws Exception {
    makeTraffic();

    String metrics = lab.get("/metrics").body();

    for (String secret : new String[] {"sk-openai", "sk-r1", "sk-r2", "sk-r3", "gsk-groq"}) {
      assertFalse(metrics.contains(secret), secret);
    }
    assertFalse(lab.gateway().logText().contains("sk-openai"));
  }

  @Test
  void theShellTellsStatusAndProviders() throws Exception {
    String status = lab.gateway().shell("bifrost:status");
    assertTrue(status.toLowerCase(java.util.Locale.ROOT).contains("ready"), status);
    String providers = lab.gateway().shell("bifrost:providers");
    assertTrue(providers.contains("openai") && providers.contains("echo"), providers);
    assertFalse(providers.contains("sk-"), providers);
  }

  @Test
  void theShellSaysWhyAComponentDidNotStart() throws Exception {
    String why = lab.gateway().shell("bifrost:why");
    assertFalse(why.isBlank());
    String known = lab.gateway().shell("bifrost:why bifrost.providers");
    assertTrue(known.contains("bifrost.providers"), known);
  }

  @Test
  void errorsCarryTheRequestId() throws Exception {
    HttpResponse<String> answer = lab.chat("nobody/m");

    assertEquals(404, answer.statusCode());
    assertTrue(
        answer.headers().firstValue("x-bf-request-id").isPresent(), answer.headers()::toString);
  }

  private void makeTraffic() throws Exception {
    lab.upstream().next(Faults.badKey(), Faults.serverError(500));
    assertEquals(200, lab.chat("rotating/m").statusCode());
    lab.post("/v1/chat/completions", Lab.streamBody("openai/m"));
    lab.chat("nobody/m");
  }

  private static double tokens(String metrics) {
    return metrics
        .lines()
        .filter(line -> line.startsWith("bifrost_input_tokens_total{"))
        .filter(line -> line.contains("model=\"counted\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private static String names(String metrics) {
    return String.join(
        "\n",
        Arrays.stream(metrics.split("\n")).filter(line -> line.startsWith("# TYPE")).toList());
  }
}
