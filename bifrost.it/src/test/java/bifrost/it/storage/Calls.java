package bifrost.it.storage;

import bifrost.it.support.GatewayProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Supplier;

/** Calls of one gateway, with a virtual key. */
final class Calls {
  static final String KEY = "sk-bf-region-0123456789abcdef";

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String BODY =
      "{\"model\":\"echo/echo-1\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";

  private final GatewayProcess gateway;
  private final HttpClient http = HttpClient.newHttpClient();

  Calls(GatewayProcess gateway) {
    this.gateway = gateway;
  }

  /** A configuration with one virtual key, allowed so many requests an hour. */
  static String config(String endpoints, int requestsPerHour) {
    return """
        {"config_store": {"type": "postgres", %s},
         "client": {"enforce_auth_on_inference": true},
         "governance": {
           "teams": [{"id": "team-1", "name": "team"}],
           "virtual_keys": [{
             "id": "vk-1", "name": "key", "value": "%s",
             "provider_configs": [{"provider": "echo", "weight": 1, "allowed_models": ["*"], "key_ids": ["*"]}],
             "rate_limit": {"request_max_limit": %d, "request_reset_duration": "1h"}}]}}
        """
        .formatted(endpoints, KEY, requestsPerHour);
  }

  /** The status of a chat call. */
  int chat(String key) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + key)
            .POST(BodyPublishers.ofString(BODY)))
        .statusCode();
  }

  String get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(gateway.uri(path))).body();
  }

  /** Calls until the gateway listens, and then until the status is the wanted one. */
  void await(int status, String key) throws InterruptedException {
    await("a call with status " + status, () -> chat(key) == status);
  }

  /** Waits until the store has all that is journalled. */
  void awaitDrained() throws InterruptedException {
    await(
        "drained",
        () ->
            get("/metrics")
                .lines()
                .filter(line -> line.startsWith("bifrost_journal_watermark_lag{"))
                .allMatch(line -> line.endsWith(" 0") || line.endsWith(" 0.0")));
  }

  interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  private void await(String what, Condition condition) throws InterruptedException {
    await(what, condition, gateway::logText);
  }

  static void await(String what, Condition condition, Supplier<String> log)
      throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        if (condition.holds()) {
          return;
        }
      } catch (IOException e) {
        // it does not listen yet
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("not " + what + ":\n" + log.get());
      }
      Thread.sleep(10);
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
  }
}
