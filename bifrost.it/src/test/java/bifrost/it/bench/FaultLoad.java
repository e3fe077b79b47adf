package bifrost.it.bench;

import bifrost.it.support.GatewayProcess;
import bifrost.it.support.RawAnswer;
import bifrost.it.support.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Calls that are aborted, cut, timed out and failed, against an upstream whose usage is known, and
 * what the gateway has settled for them: {@code ./bifrost bench faults}.
 */
public final class FaultLoad implements AutoCloseable {
  private static final String KEY = "sk-bf-faults-0123456789abcdef01234567";
  private static final int AT_ONCE = 48;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final FaultyUpstream upstream;
  private final GatewayProcess gateway;

  /** Starts an upstream and a gateway; the same seed gives the same usages. */
  public FaultLoad(long seed) throws InterruptedException {
    upstream = new FaultyUpstream(seed);
    gateway = GatewayProcess.builder().config(config()).jvm(GatewayProcess.ALL_COMPILERS).start();
  }

  /**
   * What came of one way of ending.
   *
   * @param ending the way
   * @param asked how many calls were made
   * @param reached how many of them the upstream saw
   * @param reportedTokens what it reported, input and output
   * @param settledTokens what the gateway counted
   * @param reportedNanos what the reported usage costs
   * @param settledNanos what the gateway has charged
   */
  public record Result(
      String ending,
      int asked,
      long reached,
      long reportedTokens,
      long settledTokens,
      long reportedNanos,
      long settledNanos) {}

  /**
   * What came of all.
   *
   * @param results by way of ending
   * @param faults what is not as it should be; empty when all is
   */
  public record Report(List<Result> results, List<String> faults) {}

  /** Runs a number of calls and prints what came of them; exits with 1 if anything is wrong. */
  public static void main(String... arguments) throws Exception {
    int calls = Integer.parseInt(arguments[0]);
    long seed = Long.getLong("bifrost.seed", System.nanoTime());
    long start = System.nanoTime();
    try (FaultLoad load = new FaultLoad(seed)) {
      Report report = load.run(calls);
      System.out.printf(
          "%-20s %7s %7s %14s %14s %12s %12s%n",
          "ending", "calls", "reached", "tokens told", "settled", "cost told", "charged");
      for (Result result : report.results()) {
        System.out.printf(
            Locale.ROOT,
            "%-20s %7d %7d %14d %14d %12.6f %12.6f%n",
            result.ending(),
            result.asked(),
            result.reached(),
            result.reportedTokens(),
            result.settledTokens(),
            result.reportedNanos() / 1e9,
            result.settledNanos() / 1e9);
      }
      report.faults().forEach(System.out::println);
      System.out.printf(
          "%d calls in %.0f s, seed %d: %s%n",
          calls,
          (System.nanoTime() - start) / 1e9,
          seed,
          report.faults().isEmpty()
              ? "no reservation left, settled what was told"
              : report.faults().size() + " faults");
      if (!report.faults().isEmpty()) {
        System.exit(1);
      }
    }
  }

  /** Makes so many calls, all ways of ending in turns, and compares the books. */
  public Report run(int calls) throws Exception {
    Ending[] endings = Ending.values();
    int[] asked = new int[endings.length];
    for (Ending ending : endings) {
      // metrics name a model only once it has answered
      answered(ending);
      asked[ending.ordinal()]++;
    }
    List<String> faults = new ArrayList<>();
    Semaphore room = new Semaphore(AT_ONCE);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        Ending ending = endings[i % endings.length];
        asked[ending.ordinal()]++;
        room.acquire();
        running.add(
            threads.submit(
                () -> {
                  try {
                    call(ending);
                  } finally {
                    room.release();
                  }
                  return null;
                }));
      }
      for (Future<?> call : running) {
        call.get();
      }
    }
    String metrics = awaitQuiet(faults);
    List<Result> results = new ArrayList<>();
    long charged = 0;
    for (Ending ending : endings) {
      Result result = result(ending, asked[ending.ordinal()], metrics);
      check(ending, result, faults);
      charged += result.settledNanos();
      results.add(result);
    }
    checkLedger(charged, faults);
    return new Report(results, faults);
  }

  @Override
  public void close() {
    gateway.close();
    upstream.close();
  }

  private void answered(Ending ending) throws IOException {
    try (RawHttp http = new RawHttp(gateway.port())) {
      http.send(request("/v1/chat/completions", body(ending, false)));
      RawAnswer answer = http.answer();
      if (answer.status() != 200) {
        throw new IOException(answer.text());
      }
    }
  }

  private void call(Ending ending) throws IOException {
    try (RawHttp http = new RawHttp(gateway.port())) {
      http.send(request("/v1/chat/completions", body(ending, ending.stream())));
      if (ending.aborted()) {
        http.head();
        http.readUntil(ending == Ending.ABORTED ? "\"x\"" : "after usage");
        http.reset();
      } else {
        drain(http);
      }
    }
  }

  /** Reads an answer to its end, whatever that is. */
  private static void drain(RawHttp http) {
    try {
      http.answer();
    } catch (IOException e) {
      // cut, as it had to be
    }
  }

  /** Waits until no request is running any more; what is held then is held for ever. */
  private String awaitQuiet(List<String> faults) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      String metrics = metrics();
      double reservations = value(metrics, "bifrost_governance_reservations(?:\\{\\})?");
      double holds = value(metrics, "bifrost_governance_holds(?:\\{\\})?");
      if (reservations == 0 && holds == 0) {
        return metrics;
      }
      if (System.nanoTime() > end) {
        faults.add("left: " + reservations + " reservations, " + holds + " holds");
        return metrics;
      }
      Thread.sleep(50);
    }
  }

  private Result result(Ending ending, int asked, String metrics) {
    FaultyUpstream.Reported told = upstream.reported(ending);
    String of = "\\{[^}]*model=\"" + ending.model() + "\"[^}]*\\}";
    double tokens =
        value(metrics, "bifrost_input_tokens_total" + of)
            + value(metrics, "bifrost_output_tokens_total" + of);
    return new Result(
        ending.model(),
        asked,
        told.calls().sum(),
        told.input().sum() + told.output().sum(),
        Math.round(tokens),
        told.costNanos(),
        Math.round(value(metrics, "bifrost_cost_total" + of) * 1e9));
  }

  private static void check(Ending ending, Result result, List<String> faults) {
    if (result.reached() < result.asked()) {
      faults.add(result + ": not all calls reached the upstream");
    }
    boolean right =
        switch (ending.truth()) {
          case REPORTED, UNBILLED ->
              result.settledTokens() == result.reportedTokens()
                  && result.settledNanos() == result.reportedNanos();
          case UNKNOWN -> result.settledNanos() > result.reportedNanos();
        };
    if (!right) {
      faults.add(result + ": settled something else than " + ending.truth());
    }
  }

  /** A request that costs more than the budget has is told what is used and held of it. */
  private void checkLedger(long chargedNanos, List<String> faults) throws IOException {
    RawAnswer answer;
    try (RawHttp http = new RawHttp(gateway.port())) {
      http.send(
          request(
              "/v1/embeddings",
              "{\"model\":\"openai/priceless\",\"input\":\"" + "a dollar ".repeat(100) + "\"}"));
      answer = http.answer();
    }
    Matcher used =
        Pattern.compile("used \\$([0-9.]+), held \\$([0-9.]+) for").matcher(answer.text());
    if (!used.find()) {
      faults.add("no refusal with the state of the budget: " + answer.text());
    } else if (Math.round(Double.parseDouble(used.group(1)) * 1e9) != chargedNanos
        || Double.parseDouble(used.group(2)) != 0) {
      faults.add(used.group() + ": charged was $" + chargedNanos / 1e9);
    }
  }

  private static byte[] request(String path, String body) {
    return RawHttp.post(
        path,
        "Content-Type: application/json\r\nAuthorization: Bearer " + KEY + "\r\n",
        body.getBytes(StandardCharsets.UTF_8));
  }

  private static String body(Ending ending, boolean stream) {
    String model = ending.provider() + "/" + ending.model();
    return """
        {"model":"%s","stream":%b,"max_tokens":%d,"messages":[{"role":"user","content":"hi"}]}"""
        .formatted(model, stream, FaultyUpstream.MOST_OUTPUT);
  }

  private String metrics() throws IOException {
    try (RawHttp http = new RawHttp(gateway.port())) {
      return http.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").answer().text();
    }
  }

  private static double value(String metrics, String series) {
    Matcher line = Pattern.compile("(?m)^" + series + " (\\S+)$").matcher(metrics);
    double sum = 0;
    while (line.find()) {
      sum += Double.parseDouble(line.group(1));
    }
    return sum;
  }

  private String config() {
    StringBuilder prices = new StringBuilder(price("priceless", 1e6, 0));
    for (Ending ending : Ending.values()) {
      prices.append(", ").append(price(ending.model(), 1, 2));
    }
    return """
        {
          "client": { "enforce_auth_on_inference": true },
          "providers": {
            "openai": {
              "keys": [ { "name": "k", "value": "sk-upstream", "models": [ "*" ] } ],
              "network_config": { "base_url": "%1$s", "max_retries": 0 }
            },
            "impatient": {
              "custom_provider_config": { "base_provider_type": "openai" },
              "keys": [ { "name": "i", "value": "sk-upstream", "models": [ "*" ] } ],
              "network_config": {
                "base_url": "%1$s", "max_retries": 0,
                "default_request_timeout_in_seconds": 2, "stream_idle_timeout_in_seconds": 2
              }
            }
          },
          "governance": {
            "virtual_keys": [ {
              "id": "vk", "name": "faults", "value": "%2$s", "allow_all_providers": true,
              "budgets": [ { "id": "b", "max_limit": 100, "reset_duration": "1Y" } ],
              "rate_limit": { "request_max_limit": 1000000000, "request_reset_duration": "1Y",
                              "token_max_limit": 1000000000000, "token_reset_duration": "1Y" }
            } ],
            "pricing_overrides": [ %3$s ]
          }
        }
        """
        .formatted(upstream.baseUrl(), KEY, prices);
  }

  private static String price(String model, double input, double output) {
    return String.format(
        Locale.ROOT,
        "{ \"id\": \"p-%1$s\", \"model\": \"%1$s\","
            + " \"prices\": { \"input_tokens\": %2$.1f, \"output_tokens\": %3$.1f } }",
        model,
        input,
        output);
  }
}
