package bifrost.it.bench;

import bifrost.it.support.GatewayProcess;
import bifrost.tck.upstream.UpstreamSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The benchmark behind {@code ./bifrost bench}: the gateway with everything on, an nginx {@code
 * proxy_pass} and a direct call, measured in turns in one run on one machine.
 */
public final class Bench {
  static final String KEY = "sk-bf-bench-0123456789abcdef0123456789";

  /** A model whose price is built in, so that budgets are charged. */
  private static final String MODEL = "gpt-4o-mini";

  private static final int[] CONNECTIONS = {1, 32, 256};
  private static final int[] AT_ONCE = {1, 50};

  private final Plan plan;
  private final Report report;
  private final List<Target> targets = new ArrayList<>();

  private Bench(Plan plan) {
    this.plan = plan;
    this.report = new Report(plan);
  }

  /** Measures and writes {@code bench.md} and {@code bench.json}. */
  public static void main(String... arguments) throws Exception {
    Plan plan = Plan.of(arguments);
    long start = System.nanoTime();
    Bench bench = new Bench(plan);
    bench.starts();
    bench.comparisons();
    bench.report.write(Duration.ofNanos(System.nanoTime() - start));
  }

  /** A request of about 0.25 kB. */
  static String body(String model, boolean stream) {
    return """
        {"model":"%s","stream":%b,"messages":[{"role":"system","content":"You are a helpful \
        assistant."},{"role":"user","content":"Say something nice about the weather in Oslo \
        today, please."}],"max_tokens":100,"temperature":0.7}"""
        .formatted(model, stream);
  }

  /** An answer of about 0.7 kB. */
  private static String answer() {
    return """
        {"id":"chatcmpl-bench","object":"chat.completion","created":1760000000,\
        "model":"gpt-4o-2024-08-06","choices":[{"index":0,"message":{"role":"assistant",\
        "content":"%s","refusal":null,"annotations":[]},"logprobs":null,\
        "finish_reason":"stop"}],"usage":{"prompt_tokens":33,"completion_tokens":60,\
        "total_tokens":93,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},\
        "completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}},\
        "service_tier":"default","system_fingerprint":"fp_bench"}"""
        .formatted("The weather in Oslo is bright and clear today. ".repeat(5).strip());
  }

  private void starts() throws Exception {
    List<Double> seconds = new ArrayList<>();
    List<Double> idle = new ArrayList<>();
    for (int i = 0; i < plan.starts(); i++) {
      try (GatewayProcess gateway =
          GatewayProcess.builder().jvm(GatewayProcess.ALL_COMPILERS).start()) {
        firstAnswer(gateway);
        seconds.add((System.nanoTime() - gateway.startedNanos()) / 1e9);
        Thread.sleep(3000);
        idle.add(new ProcStat(List.of(gateway.pid())).residentMib());
      }
    }
    report.start(Samples.of(seconds).median(), Samples.of(idle).median());
  }

  private static void firstAnswer(GatewayProcess gateway) throws IOException {
    Target echo = new Target("start", gateway.port(), gateway.port(), "echo/echo-1", "", List.of());
    if (Http.post(echo.url(false), body("echo/echo-1", false), "") != 200) {
      throw new IOException("the gateway's first answer is no 200:\n" + gateway.logText());
    }
  }

  private void comparisons() throws Exception {
    Path work = Files.createTempDirectory("bifrost-bench-");
    try (UpstreamSimulator streams = UpstreamSimulator.start().recording(false);
        Nginx mock = Nginx.answering(work.resolve("mock"), GatewayProcess.freePort(), answer());
        Nginx proxy =
            Nginx.proxy(work.resolve("proxy"), GatewayProcess.freePort(), mock.port(), false);
        Nginx streamProxy =
            Nginx.proxy(
                work.resolve("stream-proxy"), GatewayProcess.freePort(), streams.port(), true);
        GatewayProcess gateway = gateway(mock.port(), streams.port())) {
      List<Long> proxies = new ArrayList<>(proxy.pids());
      proxies.addAll(streamProxy.pids());
      targets.add(new Target("direct", mock.port(), streams.port(), MODEL, MODEL, List.of()));
      targets.add(new Target("nginx", proxy.port(), streamProxy.port(), MODEL, MODEL, proxies));
      targets.add(
          new Target(
              "gateway",
              gateway.port(),
              gateway.port(),
              "openai/" + MODEL,
              "streams/" + MODEL,
              List.of(gateway.pid())));
      throughput(work, streams);
      firstTokens(streams);
      held(streams, gateway);
    }
  }

  private static GatewayProcess gateway(int mock, int streams) throws InterruptedException {
    return GatewayProcess.builder()
        .config(BenchConfig.json(mock, streams))
        .jvm(GatewayProcess.ALL_COMPILERS)
        .start();
  }

  private void throughput(Path work, UpstreamSimulator streams) throws Exception {
    streams.onModel(MODEL, StreamLoad.clocked(20, Duration.ZERO));
    for (boolean stream : new boolean[] {false, true}) {
      Map<String, Wrk> tools = new LinkedHashMap<>();
      for (Target target : targets) {
        String body = body(stream ? target.streamModel() : target.model(), stream);
        Wrk wrk = new Wrk(work.resolve(target.name() + stream), body, KEY);
        tools.put(target.name(), wrk);
        wrk.run(target.url(stream), 32, 2 * plan.seconds()); // warm-up
      }
      for (int connections : CONNECTIONS) {
        for (int round = 0; round < (stream ? plan.streamRounds() : plan.rounds()); round++) {
          for (Target target : targets) {
            ProcStat stat = new ProcStat(target.pids());
            double before = stat.cpuSeconds();
            Wrk.Run run =
                tools.get(target.name()).run(target.url(stream), connections, plan.seconds());
            double cpu = stat.cpuSeconds() - before;
            report.throughput(stream, connections, target.name(), run, cpu, stat.residentMib());
          }
        }
      }
    }
  }

  private void firstTokens(UpstreamSimulator streams) throws InterruptedException {
    streams.onModel(MODEL, StreamLoad.clocked(10, Duration.ofMillis(20)));
    for (int atOnce : AT_ONCE) {
      for (int round = 0; round < plan.streamRounds(); round++) {
        for (Target target : targets) {
          StreamLoad load =
              new StreamLoad().bursts(target, KEY, atOnce, plan.bursts(), Duration.ofMillis(260));
          report.firstTokens(atOnce, target.name(), load);
        }
      }
    }
  }

  private void held(UpstreamSimulator streams, GatewayProcess gateway) throws Exception {
    streams.onModel(
        MODEL,
        wire -> {
          wire.startEvents();
          wire.event("{\"choices\":[],\"t\":" + System.nanoTime() + "}");
          wire.awaitClientGone();
        });
    ProcStat stat = new ProcStat(List.of(gateway.pid()));
    double before = stat.residentMib();
    double heapBefore = Jcmd.liveHeapMib(gateway.pid());
    try (StreamLoad.Held held = StreamLoad.hold(targets.getLast(), KEY, plan.held())) {
      double heap = Jcmd.liveHeapMib(gateway.pid());
      report.held(held.count(), before, stat.residentMib(), heapBefore, heap);
    }
  }
}
