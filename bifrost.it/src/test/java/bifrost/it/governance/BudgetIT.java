package bifrost.it.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.GatewayProcess;
import bifrost.it.support.RawAnswer;
import bifrost.it.support.RawHttp;
import bifrost.tck.upstream.Reply;
import bifrost.tck.upstream.UpstreamSimulator;
import bifrost.tck.upstream.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Budgets of the running product against an upstream whose bill is known. A token costs 1,000
 * billionths of a dollar; a request is 100 tokens, exactly or on average.
 */
class BudgetIT {
  private static final int PROMPT = 30;
  private static final int OUTPUT = 70;
  private static final long REQUEST_NANOS = 100_000;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final AtomicInteger served = new AtomicInteger();
  private static final AtomicLong billed = new AtomicLong();
  private static UpstreamSimulator upstream;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    upstream = UpstreamSimulator.start().recording(false);
    upstream.onModel("exact", exact()).onModel("agent", agent(new SplittableRandom(7)));
    gateway = GatewayProcess.builder().config(config()).start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstream.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"soft", "hard"})
  void twoHundredRequestsAtOnceSettleNoMoreThanABudgetWorthTwenty(String kind) throws Exception {
    long limit = 20 * REQUEST_NANOS;
    served.set(0);
    String key = "sk-bf-twenty-" + kind;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<RawAnswer>> calls = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        calls.add(threads.submit(() -> call(key, "exact", OUTPUT)));
      }
      for (Future<RawAnswer> call : calls) {
        int status = call.get().status();
        assertTrue(status == 200 || status == 402, "status " + status);
      }
    }
    assertTrue(served.get() >= 10, "only " + served.get() + " served");
    assertTrue(served.get() <= 20, served.get() + " served");

    RawAnswer last = callUntilRefused(key, "exact", OUTPUT);

    assertEquals(served.get() * REQUEST_NANOS, used(last));
    assertTrue(used(last) <= limit, last::text);
    assertTrue(used(last) >= limit * 95 / 100, last::text);
  }

  /** Agents ask for up to 20 times what they use on average. */
  @ParameterizedTest
  @ValueSource(strings = {"soft", "hard"})
  void anAgentSpendsNinetyFivePercentOfASmallBudgetBeforeItIsRefused(String kind) throws Exception {
    long limit = 100 * REQUEST_NANOS;
    billed.set(0);

    RawAnswer refused = callUntilRefused("sk-bf-agent-" + kind, "agent", 1_950);

    assertEquals(billed.get(), used(refused));
    assertTrue(used(refused) <= limit, refused::text);
    assertTrue(used(refused) >= limit * 95 / 100, refused::text);
  }

  private static RawAnswer callUntilRefused(String key, String model, int maxTokens)
      throws IOException {
    RawAnswer answer;
    do {
      answer = call(key, model, maxTokens);
    } while (answer.status() == 200);
    assertEquals(402, answer.status(), answer::text);
    return answer;
  }

  /** What a refusal says is used; that nothing is held. */
  private static long used(RawAnswer refusal) throws IOException {
    String message = MAPPER.readTree(refusal.text()).path("error").path("message").stringValue("");
    Matcher amounts = Pattern.compile("used \\$([0-9.]+), held \\$0\\.00 for").matcher(message);
    assertTrue(amounts.find(), message);
    return Math.round(Double.parseDouble(amounts.group(1)) * 1e9);
  }

  private static RawAnswer call(String key, String model, int maxTokens) throws IOException {
    String body =
        """
        {"model":"openai/%s","max_tokens":%d,"messages":[{"role":"user","content":"hi"}]}"""
            .formatted(model, maxTokens);
    try (RawHttp http = new RawHttp(gateway.port())) {
      return http.send(
              RawHttp.post(
                  "/v1/chat/completions",
                  "Content-Type: application/json\r\nx-bf-vk: " + key + "\r\n",
                  body.getBytes(StandardCharsets.UTF_8)))
          .answer();
    }
  }

  /** Takes its time, so that all calls run at once. */
  private static Reply exact() {
    return wire -> {
      served.incrementAndGet();
      if (served.get() <= 20) {
        Thread.sleep(500);
      }
      answer(wire, OUTPUT);
    };
  }

  /** Answers of exponential length, within the limit that the request states. */
  private static Reply agent(SplittableRandom random) {
    return wire -> {
      JsonNode request = wire.request().json();
      int most =
          Math.min(
              request.path("max_tokens").asInt(Integer.MAX_VALUE),
              request.path("max_completion_tokens").asInt(Integer.MAX_VALUE));
      int length = (int) Math.max(1, Math.min(most, -OUTPUT * Math.log(1 - random.nextDouble())));
      billed.addAndGet((PROMPT + length) * 1_000L);
      answer(wire, length);
    };
  }

  private static void answer(Wire wire, int output) throws IOException, InterruptedException {
    wire.json(
        200,
        """
        {"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant",\
        "content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":%d,\
        "completion_tokens":%d,"total_tokens":%d}}"""
            .formatted(PROMPT, output, PROMPT + output));
  }

  private static String config() {
    StringBuilder keys = new StringBuilder();
    for (String kind : List.of("soft", "hard")) {
      keys.append(key("twenty", kind, 0.002)).append(", ").append(key("agent", kind, 0.01));
      keys.append(kind.equals("soft") ? ", " : "");
    }
    return """
        {
          "client": { "enforce_auth_on_inference": true },
          "providers": { "openai": {
            "keys": [ { "name": "k", "value": "sk-upstream", "models": [ "*" ] } ],
            "network_config": { "base_url": "%s" } } },
          "governance": {
            "virtual_keys": [ %s ],
            "pricing_overrides": [
              { "id": "p1", "model": "exact", "prices": { "input_tokens": 1, "output_tokens": 1 } },
              { "id": "p2", "model": "agent", "prices": { "input_tokens": 1, "output_tokens": 1 } }
            ]
          }
        }
        """
        .formatted(upstream.baseUrl(), keys);
  }

  private static String key(String name, String kind, double dollars) {
    return """
        { "id": "%1$s-%2$s", "name": "%1$s %2$s", "value": "sk-bf-%1$s-%2$s",
          "allow_all_providers": true,
          "budgets": [ { "id": "b-%1$s-%2$s", "max_limit": %3$s, "reset_duration": "1Y",
                         "kind": "%2$s" } ] }"""
        .formatted(name, kind, dollars);
  }
}
