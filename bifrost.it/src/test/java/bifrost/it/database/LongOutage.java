package bifrost.it.database;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Six hours' worth of requests with the database away, as fast as they go, payloads logged, with
 * room for a small part of them; then the drain.
 */
final class LongOutage {
  private static final int STEPS = 12;
  private static final int MAX_MIB = 16;
  private static final int SEGMENT_MIB = 2;
  private static final int RESERVE_MIB = 8;
  private static final int STREAMS = 3;

  /** A request takes about so much in each stream: its log and counters; both bodies. */
  private static final int ACCOUNTING_BYTES = 300;

  private static final int PAYLOAD_BYTES = 1_200;
  private static final String SETTINGS =
      "accounting.max.mib=%1$d\npayload.max.mib=%1$d\nsegment.mib=%2$d\n"
          .formatted(MAX_MIB, SEGMENT_MIB);

  private final Plan plan;

  LongOutage(Plan plan) {
    this.plan = plan;
  }

  void run(BenchReport report) throws Exception {
    try (Setup setup = new Setup(SETTINGS, true)) {
      setup.load().burst(8, 100);
      setup.awaitDrained();
      setup.stopped();
      List<String> rows = new ArrayList<>();
      int failed = 0;
      SpoolWatch watch = new SpoolWatch(setup.gateway().data().resolve("journal"));
      long start = System.nanoTime();
      try (watch) {
        for (int step = 1; step <= STEPS; step++) {
          failed += setup.load().burst(32, plan.outage() / STEPS);
          rows.add(row(setup, watch, step));
        }
      }
      double perSecond = plan.outage() / ((System.nanoTime() - start) / 1e9);
      String settled = setup.requireAllSettled();
      report(report, rows);
      report.line(
          "%,.0f requests a second. Afterwards %s rows and %s totals; stored as settled: %s.",
          perSecond,
          setup.database().query("SELECT count(*) FROM request_log"),
          setup.database().query("SELECT count(*) FROM usage_total"),
          settled);
      judge(report, setup, watch, failed, perSecond);
    }
  }

  private void report(BenchReport report, List<String> rows) {
    report.line(
        "Database away for %,d requests with payloads (six hours of %.0f a second), %d MiB for"
            + " accounting, %d MiB for payloads, segments of %d MiB:",
        plan.outage(), plan.outage() / 21_600.0, MAX_MIB, MAX_MIB, SEGMENT_MIB);
    report.line("");
    report.line("| hours | accounting MiB | payloads MiB | folded requests | shed payloads |");
    report.line("|---|---|---|---|---|");
    rows.forEach(row -> report.line("%s", row));
    report.line("");
  }

  /** A line of the table: the most that was on disk since the line before. */
  private static String row(Setup setup, SpoolWatch watch, int step)
      throws IOException, InterruptedException {
    SpoolWatch.Size most = watch.mostSinceLast();
    return String.format(
        Locale.ROOT,
        "| %.1f | %.1f | %.1f | %,.0f | %,.0f |",
        6.0 * step / STEPS,
        most.accountingMib(),
        most.payloadMib(),
        setup.metric("bifrost_journal_folded_requests_total"),
        setup.metric("bifrost_journal_shed_payloads_total"));
  }

  /** The bounds of docs/journal.md, with what is appended in a second at this rate. */
  private void judge(
      BenchReport report, Setup setup, SpoolWatch watch, int failed, double perSecond)
      throws IOException, InterruptedException {
    report.verdict(
        failed == 0,
        "failed requests in the outage: %d %s".formatted(failed, setup.load().failures()));
    bound(
        report,
        "accounting on disk",
        watch.most().accountingMib(),
        MAX_MIB + 2 * SEGMENT_MIB + perSecond * ACCOUNTING_BYTES / (1 << 20));
    bound(
        report,
        "journal on disk",
        watch.most().totalMib(),
        2 * MAX_MIB
            + STREAMS * 2 * SEGMENT_MIB
            + RESERVE_MIB
            + perSecond * (ACCOUNTING_BYTES + PAYLOAD_BYTES) / (1 << 20));
    double folded = setup.metric("bifrost_journal_folded_requests_total");
    report.verdict(folded > 0, "requests folded: %,.0f".formatted(folded));
    double shed = setup.metric("bifrost_journal_shed_payloads_total");
    long kept = Long.parseLong(setup.database().query("SELECT count(*) FROM request_payload"));
    report.verdict(
        kept + (long) shed == setup.load().answered(),
        "payloads stored and counted as shed: %,d + %,.0f of %,d"
            .formatted(kept, shed, setup.load().answered()));
    report.verdict(true, "settled requests, tokens, money and budgets stored: all, once");
  }

  private static void bound(BenchReport report, String what, double most, double bound) {
    report.verdict(most <= bound, "%s: %.1f MiB at most, bound %.1f".formatted(what, most, bound));
  }
}
