package bifrost.it.database;

import bifrost.it.database.OpenLoad.Result;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the database does to requests: nothing, it should be. The benchmark behind {@code ./bifrost
 * bench db}.
 */
public final class DatabaseBench {
  private static final int RATE = 500;

  private final boolean quick;
  private final PrintStream out;

  private DatabaseBench(boolean quick, PrintStream out) {
    this.quick = quick;
    this.out = out;
  }

  private interface Switch {
    void flip() throws IOException;
  }

  private interface Place {
    Switch of(Setup setup);
  }

  /** The database's states, in the order of a round: an outage is made good before the next. */
  private enum State {
    LOCAL("local", setup -> setup::near),
    FAR("200 ms away", setup -> setup::far),
    STOPPED("stopped", setup -> setup::stopped),
    BLACKHOLED("blackholed", setup -> setup::blackholed);

    private final String label;
    private final Place place;

    State(String label, Place place) {
      this.label = label;
      this.place = place;
    }
  }

  /** Measures; arguments: {@code --quick}, {@code --out FILE}. */
  public static void main(String... arguments) throws Exception {
    List<String> list = List.of(arguments);
    Path file = Path.of(list.get(list.indexOf("--out") + 1));
    try (PrintStream report =
        new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8)) {
      DatabaseBench bench = new DatabaseBench(list.contains("--quick"), report);
      bench.states();
      bench.draining();
      bench.outage();
    }
    System.out.println();
    System.out.print(Files.readString(file));
  }

  private void states() throws Exception {
    int rounds = quick ? 1 : 6;
    double seconds = quick ? 1 : 4;
    Map<State, List<Result>> results = new LinkedHashMap<>();
    try (Setup setup = new Setup("", false)) {
      setup.load().burst(32, quick ? 2_000 : 30_000); // warm-up
      setup.awaitDrained();
      for (int round = 0; round < rounds; round++) {
        for (State state : State.values()) {
          state.place.of(setup).flip();
          setup.load().atRate(RATE, 1); // the change itself shows in the next requests
          Result result = setup.load().atRate(RATE, seconds);
          results.computeIfAbsent(state, key -> new ArrayList<>()).add(result);
          say("%-12s p50 %6.0f us p99 %7.0f us failed %d", state.label, result);
        }
        setup.near();
        setup.awaitDrained();
      }
      requireAll(setup);
    }
    line("%d requests a second, open loop; %d rounds of %.0f s in turns.", RATE, rounds, seconds);
    line("");
    line("| database | p50 µs | p99 µs | p99, median of rounds | x local | requests | failed |");
    line("|---|---|---|---|---|---|---|");
    double local = medianP99(results.get(State.LOCAL));
    results.forEach((state, parts) -> row(state.label, parts, local));
    line("");
  }

  /** Requests while records that waited are drained, beside the same while they wait. */
  private void draining() throws Exception {
    int rounds = quick ? 1 : 3;
    int backlog = quick ? 5_000 : 40_000;
    List<Result> waiting = new ArrayList<>();
    List<Result> draining = new ArrayList<>();
    double records = 0;
    double time = 0;
    try (Setup setup = new Setup("", false)) {
      setup.load().burst(32, quick ? 2_000 : 20_000);
      setup.awaitDrained();
      for (int round = 0; round < rounds; round++) {
        setup.stopped();
        setup.load().burst(32, backlog);
        waiting.add(setup.load().atRate(RATE, quick ? 1 : 4));
        setup.near();
        double before = setup.metric("bifrost_journal_drained_records_total");
        long start = System.nanoTime();
        do {
          draining.add(setup.load().atRate(RATE, 1));
        } while (setup.metric("bifrost_journal_watermark_lag") > 4 * RATE
            && System.nanoTime() - start < 60_000_000_000L);
        time += (System.nanoTime() - start) / 1e9;
        records += setup.metric("bifrost_journal_drained_records_total") - before;
        setup.awaitDrained();
      }
      requireAll(setup);
    }
    line(
        "| journal, %,d records behind | p50 µs | p99 µs | p99, median of rounds | x waiting |"
            + " requests | failed |",
        backlog);
    line("|---|---|---|---|---|---|---|");
    double base = medianP99(waiting);
    row("waiting, database stopped", waiting, base);
    row("draining, database back", draining, base);
    line("");
    line(
        "Drained %,.0f records/s meanwhile, the tries before the database was found included.",
        records / time);
    line("");
  }

  /** Six hours of 12 requests a second, as fast as they go, with the database away. */
  private void outage() throws Exception {
    int requests = quick ? 20_000 : 6 * 3_600 * 12;
    int boundMib = 16;
    String journal =
        "accounting.max.mib=%1$d\npayload.max.mib=%1$d\nsegment.mib=2\n".formatted(boundMib);
    try (Setup setup = new Setup(journal, true)) {
      setup.stopped();
      int failed = 0;
      double most = 0;
      for (int sent = 0; sent < requests; sent += 10_000) {
        failed += setup.load().burst(32, Math.min(10_000, requests - sent));
        most = Math.max(most, spooled(setup.data()));
      }
      double folded = setup.metric("bifrost_journal_folded_requests_total");
      double shed = setup.metric("bifrost_journal_shed_payloads_total");
      setup.near();
      setup.awaitDrained();
      String rows = setup.database().query("SELECT count(*) FROM request_log");
      String sums = setup.database().query("SELECT coalesce(sum(requests), 0) FROM usage_total");
      long stored = Long.parseLong(rows) + Long.parseLong(sums);
      line(
          "Database away for %,d requests (six hours of %.0f a second) with %d MiB for accounting"
              + " and %d MiB for payloads:",
          requests, requests / 21_600.0, boundMib, boundMib);
      line(
          "%d failed; at most %.0f MiB of journal on disk; %,.0f requests folded, %,.0f payloads"
              + " shed; afterwards %s rows + %s in totals = %,d of %,d requests.",
          failed, most, folded, shed, rows, sums, stored, setup.load().answered());
      if (stored != setup.load().answered()) {
        throw new IOException(
            "lost or double: %d stored of %d".formatted(stored, setup.load().answered()));
      }
    }
  }

  /** All that was answered is in the database, once. */
  private static void requireAll(Setup setup) throws IOException, InterruptedException {
    setup.near();
    setup.awaitDrained();
    long rows =
        Long.parseLong(
            setup.database().query("SELECT count(*) FROM request_log WHERE status = 200"));
    if (rows != setup.load().answered()) {
      throw new IOException(
          "%d rows, %d requests answered".formatted(rows, setup.load().answered()));
    }
  }

  /** MiB of files in the journal. */
  private static double spooled(Path data) throws IOException {
    try (var files = Files.walk(data.resolve("journal"))) {
      long sum = 0;
      for (Path file : files.toList()) {
        try {
          sum += Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException e) {
          // it was folded meanwhile
        }
      }
      return sum / 1048576.0;
    }
  }

  private void row(String label, List<Result> parts, double base) {
    Result all = Result.of(parts);
    double p99 = medianP99(parts);
    line(
        "| %s | %,.0f | %,.0f | %,.0f | %.2f | %,d | %d |",
        label,
        all.percentile(50),
        all.percentile(99),
        p99,
        p99 / base,
        all.micros().length,
        all.failed());
  }

  private static double medianP99(List<Result> parts) {
    double[] each = parts.stream().mapToDouble(part -> part.percentile(99)).sorted().toArray();
    int half = each.length / 2;
    return each.length % 2 == 1 ? each[half] : (each[half - 1] + each[half]) / 2;
  }

  private static void say(String format, String label, Result result) {
    System.out.printf(
        Locale.ROOT,
        format + "%n",
        label,
        result.percentile(50),
        result.percentile(99),
        result.failed());
  }

  private void line(String format, Object... arguments) {
    out.printf(Locale.ROOT, format + "%n", arguments);
  }
}
