package bifrost.it.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Gathers the figures of all rounds and writes their medians as a table and as JSON. */
final class Report {
  private static final String REFERENCE = "nginx";

  private final Plan plan;
  private final ObjectNode json = new JsonMapper().createObjectNode();
  private final StringBuilder markdown = new StringBuilder();
  private final Map<Setting, Map<String, List<Round>>> rounds = new LinkedHashMap<>();
  private final Map<Integer, Map<String, Tokens>> tokens = new LinkedHashMap<>();

  private record Setting(boolean stream, int connections) {}

  private record Round(Wrk.Run run, double cpuPer1000, double residentMib) {}

  private record Tokens(List<Double> first, List<Double> chunks, List<String> failures) {}

  Report(Plan plan) {
    this.plan = plan;
    json.put("processors", Runtime.getRuntime().availableProcessors());
    json.put("java", Runtime.version().toString());
    json.put("rounds", plan.rounds()).put("secondsPerRun", plan.seconds());
  }

  void start(double seconds, double residentMib) {
    json.putObject("start")
        .put("secondsToFirstAnswer", round(seconds))
        .put("idleResidentMib", round(residentMib));
    line(
        "Start to first answer %.2f s, idle %.0f MiB resident (medians of %d).",
        seconds, residentMib, plan.starts());
  }

  void throughput(
      boolean stream, int connections, String target, Wrk.Run run, double cpu, double resident) {
    rounds
        .computeIfAbsent(new Setting(stream, connections), key -> new LinkedHashMap<>())
        .computeIfAbsent(target, key -> new ArrayList<>())
        .add(new Round(run, cpu / Math.max(1, run.requests()) * 1000, resident));
    System.out.printf(
        Locale.ROOT,
        "%s %3d connections %-8s %9.0f/s p50 %7.0f us p99 %8.0f us failed %d%n",
        stream ? "streamed" : "whole   ",
        connections,
        target,
        run.perSecond(),
        run.p50Micros(),
        run.p99Micros(),
        run.failed());
  }

  void firstTokens(int atOnce, String target, StreamLoad load) {
    Tokens all =
        tokens
            .computeIfAbsent(atOnce, key -> new LinkedHashMap<>())
            .computeIfAbsent(
                target, key -> new Tokens(new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
    all.first.addAll(load.firstMillis());
    all.chunks.addAll(load.chunkMillis());
    all.failures.addAll(load.failures());
    System.out.printf(
        Locale.ROOT,
        "%d streams at once %-8s first token p50 %.2f ms%n",
        atOnce,
        target,
        Samples.of(load.firstMillis()).median());
  }

  void held(int count, double residentBefore, double resident, double heapBefore, double heap) {
    json.putObject("held")
        .put("streams", count)
        .put("residentMib", round(resident))
        .put("liveHeapMib", round(heap))
        .put("liveHeapKibPerStream", round((heap - heapBefore) * 1024 / count));
    tables();
    line(
        "%,d held streams: %.0f MiB resident (%.0f before), %.0f MiB of live heap (%.0f before),"
            + " %.1f KiB of heap for each.",
        count, resident, residentBefore, heap, heapBefore, (heap - heapBefore) * 1024 / count);
  }

  void write(Duration took) throws IOException {
    json.put("tookSeconds", took.toSeconds());
    Files.createDirectories(plan.out());
    Files.writeString(plan.out().resolve("bench.md"), markdown);
    Files.writeString(plan.out().resolve("bench.json"), json.toPrettyString() + "\n");
    System.out.printf("%n%s%nTook %d s. Written to %s%n", markdown, took.toSeconds(), plan.out());
  }

  private void tables() {
    throughputTable();
    tokenTable();
  }

  private void throughputTable() {
    line(
        "| | connections | | requests/s | x nginx | p50 us | added p50 | x nginx's | p99 us "
            + "| CPU s per 1,000 | resident MiB | failed |");
    line("|---|---|---|---|---|---|---|---|---|---|---|---|");
    ArrayNode list = json.putArray("throughput");
    rounds.forEach(
        (setting, byTarget) ->
            byTarget.forEach(
                (target, own) -> {
                  double direct = median(byTarget.get("direct"), r -> r.run.p50Micros());
                  double p50 = median(own, r -> r.run.p50Micros());
                  double nginx = median(byTarget.get(REFERENCE), r -> r.run.p50Micros());
                  double perSecond = median(own, r -> r.run.perSecond());
                  double ratio = ratio(own, byTarget.get(REFERENCE));
                  long failed = own.stream().mapToLong(r -> r.run.failed()).sum();
                  double cpu = median(own, Round::cpuPer1000);
                  double resident = median(own, Round::residentMib);
                  double p99 = median(own, r -> r.run.p99Micros());
                  list.addObject()
                      .put("streamed", setting.stream)
                      .put("connections", setting.connections)
                      .put("target", target)
                      .put("requestsPerSecond", round(perSecond))
                      .put("ratioToNginx", round(ratio))
                      .put("p50Micros", round(p50))
                      .put("addedP50Micros", round(p50 - direct))
                      .put("p99Micros", round(p99))
                      .put("cpuSecondsPer1000", round(cpu))
                      .put("residentMib", round(resident))
                      .put("failed", failed);
                  boolean itself = target.equals("direct");
                  line(
                      "| %s | %d | %s | %,.0f | %.2f | %,.0f | %s | %s | %,.0f | %s | %s | %d |",
                      setting.stream ? "streamed" : "whole",
                      setting.connections,
                      target,
                      perSecond,
                      ratio,
                      p50,
                      itself ? "" : text("%,.0f", p50 - direct),
                      itself ? "" : text("%.1f", (p50 - direct) / (nginx - direct)),
                      p99,
                      itself ? "" : text("%.3f", cpu),
                      itself ? "" : text("%.0f", resident),
                      failed);
                }));
    line("");
  }

  private void tokenTable() {
    line(
        "| streams at once | | first token p50 ms | p99 ms | added p50 ms | later chunks p50 ms "
            + "| p99 ms | failed |");
    line("|---|---|---|---|---|---|---|---|");
    ArrayNode list = json.putArray("streams");
    tokens.forEach(
        (atOnce, byTarget) -> {
          double direct = Samples.of(byTarget.get("direct").first).median();
          byTarget.forEach(
              (target, own) -> {
                Samples first = Samples.of(own.first);
                Samples chunks = Samples.of(own.chunks);
                list.addObject()
                    .put("atOnce", atOnce)
                    .put("target", target)
                    .put("firstTokenP50Millis", round(first.median()))
                    .put("firstTokenP99Millis", round(first.percentile(99)))
                    .put("firstTokenAddedP50Millis", round(first.median() - direct))
                    .put("chunkP50Millis", round(chunks.median()))
                    .put("chunkP99Millis", round(chunks.percentile(99)))
                    .put("failed", own.failures.size());
                line(
                    "| %d | %s | %.2f | %.2f | %.2f | %.2f | %.2f | %d |",
                    atOnce,
                    target,
                    first.median(),
                    first.percentile(99),
                    first.median() - direct,
                    chunks.median(),
                    chunks.percentile(99),
                    own.failures.size());
              });
        });
    line("");
  }

  /** Median of the ratios of rounds that ran beside each other. */
  private static double ratio(List<Round> own, List<Round> reference) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < Math.min(own.size(), reference.size()); i++) {
      ratios.add(own.get(i).run.perSecond() / reference.get(i).run.perSecond());
    }
    return Samples.of(ratios).median();
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
    return Samples.of(rounds.stream().map(r -> figure.applyAsDouble(r)).toList()).median();
  }

  private void line(String format, Object... values) {
    markdown.append(values.length == 0 ? format : text(format, values)).append('\n');
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
