package bifrost.it.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Lab;
import bifrost.it.support.RawAnswer;
import bifrost.it.support.RawHttp;
import bifrost.tck.upstream.Faults;
import bifrost.tck.upstream.OpenAi;
import bifrost.tck.upstream.UpstreamSimulator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.errors.UnexpectedStatusCodeException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of refusals of the running product: each row as raw HTTP and through OpenAI's own SDK,
 * with status, type, the words of its message and its headers.
 */
class RefusalIT {
  private static final Map<Integer, Class<? extends OpenAIServiceException>> SDK_EXCEPTIONS =
      Map.of(
          400, BadRequestException.class,
          401, UnauthorizedException.class,
          402, UnexpectedStatusCodeException.class,
          403, PermissionDeniedException.class,
          404, NotFoundException.class,
          429, RateLimitException.class,
          502, InternalServerException.class,
          503, InternalServerException.class,
          504, InternalServerException.class);

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static UpstreamSimulator upstream;
  private static GatewayProcess gateway;

  /**
   * A row of the table.
   *
   * @param secret what is presented; empty for nothing
   * @param model what is asked for
   * @param says what the message contains: the id, the limit, the value, what to do
   */
  record Row(String secret, String model, int status, String type, String... says) {
    boolean retryAfter() {
      return status == 429 || status == 503;
    }

    @Override
    public String toString() {
      return status + " " + type + " " + secret + " " + model;
    }
  }

  static Stream<Row> rows() {
    String model = "openai/gpt-4o-mini";
    return Stream.of(
        new Row("", model, 401, "virtual_key_required", "Authorization: Bearer", "x-bf-vk"),
        new Row("sk-bf-nobody", model, 401, "virtual_key_not_found", "create one"),
        new Row("sk-of-another-system", model, 401, "virtual_key_required", "sk-bf-"),
        new Row("sk-bf-inactive", model, 403, "access_blocked", "'inactive'", "activate"),
        new Row("sk-bf-expired", model, 403, "access_blocked", "'expired'", "2020-01-31", "later"),
        new Row(
            "sk-bf-narrow", "echo/m", 403, "provider_blocked", "'echo'", "'narrow'", "add it to"),
        new Row(
            "sk-bf-narrow", "openai/o", 403, "model_blocked", "'o'", "'narrow'", "allowed_models"),
        new Row("sk-bf-requests", model, 429, "request_limited", "'requests'", "1 per 1Y", "again"),
        new Row("sk-bf-tokens", model, 429, "token_limited", "'tokens'", "limit 1 per 1Y", "again"),
        new Row(
            "sk-bf-budget",
            model,
            402,
            "budget_exceeded",
            "'b-key'",
            "virtual key 'budget'",
            "used $",
            "held $",
            "limit $0.00002",
            "resets at 20",
            "raise"),
        new Row("sk-bf-grant", model, 402, "budget_exceeded", "'b-grant'", "provider 'openai'"),
        new Row("sk-bf-poor-team", model, 402, "budget_exceeded", "'b-team'", "team 'poor team'"),
        new Row("sk-bf-poor-customer", model, 402, "budget_exceeded", "'b-customer'", "customer"),
        new Row(
            "sk-bf-rich",
            "openai/unheard-of",
            402,
            "budget_exceeded",
            "'unheard-of'",
            "'b-rich'",
            "pricing override",
            "unpriced_ceiling_usd"),
        new Row("sk-bf-all", "", 400, "invalid_request", "model"),
        new Row(
            "sk-bf-all", "unheard-of", 404, "model_not_found", "'unheard-of'", "provider/model"),
        new Row(
            "sk-bf-all",
            "dead/m",
            502,
            "upstream_credentials_exhausted",
            "provider 'dead'",
            "401",
            "check"),
        new Row(
            "sk-bf-all",
            "impatient/m",
            504,
            "upstream_timeout",
            "within 1.0 s",
            "default_request"));
  }

  @BeforeAll
  static void start() throws Exception {
    upstream = UpstreamSimulator.start();
    gateway =
        GatewayProcess.builder()
            .config(Lab.config("refusals.json", upstream.baseUrl()))
            .argument("--host")
            .argument("127.0.0.1")
            .start();
    upstream.onKey("sk-d1", Faults.badKey()).onKey("sk-d2", Faults.badKey());
    upstream.onKey("sk-i1", Faults.silence());
    for (String limited : List.of("sk-bf-requests", "sk-bf-tokens", "sk-bf-budget")) {
      for (int i = 0; i < 20 && raw(limited, body("openai/gpt-4o-mini")).status() == 200; i++) {
        // used up
      }
    }
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstream.close();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void isRefusedOverPlainHttp(Row row) throws Exception {
    assertRefused(row, raw(row.secret(), body(row.model())));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void isRefusedThroughTheSdk(Row row) throws Exception {
    assertRefused(row, sdk(row));
  }

  @Test
  void aMalformedBodyIsNamedWithItsPlace() throws Exception {
    RawAnswer answer = raw("sk-bf-all", "{\"model\":\"openai/gpt-4o-mini\",\"messages\":[}");

    assertEquals(400, answer.status());
    assertTrue(message(answer.text()).contains("at byte 42"), answer::text);
  }

  @Test
  void aBadFieldIsNamedToTheSdkToo() {
    OpenAIClient client = client("sk-bf-all");
    try {
      BadRequestException thrown =
          assertThrows(
              BadRequestException.class,
              () ->
                  client
                      .chat()
                      .completions()
                      .create(
                          params("openai/gpt-4o-mini")
                              .putAdditionalBodyProperty("max_tokens", JsonValue.from("many"))
                              .build()));
      assertEquals("max_tokens", thrown.param().orElseThrow());
      assertTrue(thrown.getMessage().contains("'max_tokens'"), thrown::getMessage);
    } finally {
      client.close();
    }
  }

  @Test
  void aFullProviderIsOverloadedWithRetryAfter() throws Exception {
    Row row =
        new Row("sk-bf-all", "narrow/m", 503, "overloaded", "'narrow'", "1 calls running", "again");
    Semaphore go = new Semaphore(0);
    upstream.onKey(
        "sk-n1",
        wire -> {
          go.acquire();
          OpenAi.chat("served").send(wire);
        });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<RawAnswer>> calls = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        calls.add(threads.submit(() -> raw(row.secret(), body(row.model()))));
      }
      while (calls.stream().noneMatch(Future::isDone)) {
        Thread.sleep(5); // one runs, one waits: the third is refused
      }
      assertRefused(row, raw(row.secret(), body(row.model())));
      assertRefused(row, sdk(row));
      go.release(10);
      int served = 0;
      for (Future<RawAnswer> call : calls) {
        served += call.get().status() == 200 ? 1 : 0;
      }
      assertEquals(2, served);
    }
  }

  @Test
  void aProviderWhoseBundleIsAwayForTooLongIsUnavailableWithRetryAfter() throws Exception {
    Row row = new Row("sk-bf-all", "echo/echo-1", 503, "provider_unavailable", "'echo'", "swapped");
    Matcher bundle =
        Pattern.compile("(?m)^\\s*(\\d+)\\|.*bifrost\\.providers\\.echo")
            .matcher(gateway.shell("lb -s"));
    assertTrue(bundle.find());
    gateway.shell("stop " + bundle.group(1));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Refused> viaSdk = threads.submit(() -> sdk(row));
      assertRefused(row, raw(row.secret(), body(row.model())));
      assertRefused(row, viaSdk.get());
    } finally {
      gateway.shell("start " + bundle.group(1));
    }
    assertEquals(200, raw(row.secret(), body(row.model())).status());
  }

  @Test
  void aClientThatGoesIsCountedAsCancelled() throws Exception {
    upstream.onModel("gone", Faults.silence());
    try (RawHttp http = new RawHttp(gateway.port())) {
      http.send(request("sk-bf-all", body("openai/gone")));
      upstream.awaitRequest("gone");
      http.reset();
    }
    Pattern cancelled =
        Pattern.compile("bifrost_error_requests_total\\{.*error_type=\"cancelled\"");
    for (int i = 0; !cancelled.matcher(metrics()).find(); i++) {
      assertTrue(i < 500, "not counted");
      Thread.sleep(20);
    }
  }

  /** What came back. */
  private record Refused(int status, JsonNode body, String retryAfter) {}

  private static void assertRefused(Row row, RawAnswer answer) throws IOException {
    assertTrue(answer.headers().get("content-type").startsWith("application/json"));
    assertFalse(answer.headers().get("x-bf-request-id").isEmpty());
    JsonNode body = MAPPER.readTree(answer.text());
    assertEquals(row.status(), body.path("status_code").intValue(), answer::text);
    assertEquals(row.type(), body.path("type").asText(), answer::text);
    assertTrue(body.path("extra_fields").has("request_type"), answer::text);
    assertRefused(
        row, new Refused(answer.status(), body.path("error"), answer.headers().get("retry-after")));
  }

  private static void assertRefused(Row row, Refused refused) {
    String message = refused.body().path("message").asText();
    assertEquals(row.status(), refused.status(), message);
    assertEquals(row.type(), refused.body().path("type").asText());
    assertTrue(refused.body().has("code"), refused.body()::toString);
    assertTrue(refused.body().has("param"), refused.body()::toString);
    for (String words : row.says()) {
      assertTrue(message.contains(words), () -> "no \"" + words + "\" in: " + message);
    }
    if (row.secret().startsWith("sk-")) {
      assertFalse(message.contains(row.secret()), message);
    }
    if (row.retryAfter()) {
      assertTrue(Long.parseLong(refused.retryAfter()) >= 1, refused.retryAfter());
    } else {
      assertEquals(null, refused.retryAfter());
    }
  }

  private static RawAnswer raw(String secret, String body) throws IOException {
    try (RawHttp http = new RawHttp(gateway.port())) {
      return http.send(request(secret, body)).answer();
    }
  }

  private static byte[] request(String secret, String body) {
    String credential = secret.isEmpty() ? "" : "Authorization: Bearer " + secret + "\r\n";
    return RawHttp.post(
        "/v1/chat/completions",
        "Content-Type: application/json\r\n" + credential,
        body.getBytes(StandardCharsets.UTF_8));
  }

  private static Refused sdk(Row row) {
    OpenAIClient client = client(row.secret());
    try {
      OpenAIServiceException thrown =
          assertThrows(
              OpenAIServiceException.class,
              () -> client.chat().completions().create(params(row.model()).build()));
      assertInstanceOf(SDK_EXCEPTIONS.get(row.status()), thrown);
      List<String> retryAfter = thrown.headers().values("Retry-After");
      return new Refused(
          thrown.statusCode(),
          thrown.body().convert(JsonNode.class),
          retryAfter.isEmpty() ? null : retryAfter.getFirst());
    } finally {
      client.close();
    }
  }

  private static OpenAIClient client(String secret) {
    var builder =
        OpenAIOkHttpClient.builder()
            .baseUrl(gateway.uri("/v1").toString())
            .apiKey(secret)
            .maxRetries(0);
    return (secret.isEmpty() ? builder.removeHeaders("Authorization") : builder).build();
  }

  private static ChatCompletionCreateParams.Builder params(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("hi");
  }

  private static String body(String model) {
    return Lab.chatBody(model);
  }

  private static String message(String body) throws IOException {
    return MAPPER.readTree(body).path("error").path("message").asText();
  }

  private static String metrics() throws IOException {
    try (RawHttp http = new RawHttp(gateway.port())) {
      return http.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").answer().text();
    }
  }
}
