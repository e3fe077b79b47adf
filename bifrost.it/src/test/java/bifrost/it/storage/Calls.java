package bifrost.it.storage;

import bifrost.it.support.Await;
import bifrost.it.support.GatewayProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Calls of one gateway, with a virtual key. */
final class Calls {
  static final String KEY = "sk-bf-region-0123456789abcdef";

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
  void await(int status, String key) throws Exception {
    await("a call with status " + status, () -> chat(key) == status);
  }

  /** Waits until the store has all that is journalled. */
  void awaitDrained() throws Exception {
    await(
        "drained",
        () ->
            get("/metrics")
                .lines()
                .filter(line -> line.startsWith("bifrost_journal_watermark_lag{"))
                .allMatch(line -> line.endsWith(" 0") || line.endsWith(" 0.0")));
  }

  private void await(String what, Await.Condition condition) throws Exception {
    Await.until("not " + what, gateway::logText, condition);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
  }
}
