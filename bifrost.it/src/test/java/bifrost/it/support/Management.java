package bifrost.it.support;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** An administrator at a gateway: calls its management API and reads the answers. */
public final class Management implements AutoCloseable {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final GatewayProcess gateway;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, String> headers;

  private Management(GatewayProcess gateway, Map<String, String> headers) {
    this.gateway = gateway;
    this.headers = headers;
  }

  /** Somebody without credentials. */
  public static Management of(GatewayProcess gateway) {
    return new Management(gateway, Map.of());
  }

  /** Somebody with name and password. */
  public static Management of(GatewayProcess gateway, String name, String password) {
    String pair = name + ":" + password;
    return of(gateway)
        .with(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
  }

  /** The same with a header field on each request. */
  public Management with(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return new Management(gateway, more);
  }

  /**
   * An answer.
   *
   * @param status its status
   * @param text its body
   * @param etag its entity tag; empty without one
   */
  public record Answer(int status, String text, String etag) {
    /** The value under some members and positions, one below the other; {@code null} for none. */
    @SuppressWarnings("unchecked")
    public <T> T at(String... members) {
      Object value = MAPPER.readValue(text, new TypeReference<Map<String, Object>>() {});
      for (String member : members) {
        value =
            switch (value) {
              case List<?> list -> list.get(Integer.parseInt(member));
              case Map<?, ?> map -> map.get(member);
              case null, default ->
                  throw new AssertionError("no " + String.join(".", members) + " in " + text);
            };
      }
      return (T) value;
    }
  }

  /** Calls without a body. */
  public Answer call(String method, String path) throws IOException, InterruptedException {
    return send(method, path, "", Map.of());
  }

  /** Calls with a JSON body. */
  public Answer call(String method, String path, String json)
      throws IOException, InterruptedException {
    return send(method, path, json, Map.of("Content-Type", "application/json"));
  }

  /** A chat at the gateway with a key, or with none for an empty one. */
  public Answer chat(String key, String model, String content)
      throws IOException, InterruptedException {
    return send(
        "POST",
        "/v1/chat/completions",
        "{\"model\": \"%s\", \"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}"
            .formatted(model, content),
        key.isEmpty()
            ? Map.of("Content-Type", "application/json")
            : Map.of("Content-Type", "application/json", "x-bf-vk", key));
  }

  private Answer send(String method, String path, String body, Map<String, String> more)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.uri(path))
            .timeout(Duration.ofSeconds(30))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    headers.forEach(request::header);
    more.forEach(request::setHeader);
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    return new Answer(
        response.statusCode(), response.body(), response.headers().firstValue("ETag").orElse(""));
  }

  @Override
  public void close() {
    client.close();
  }
}
