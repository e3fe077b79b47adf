package bifrost.it.database;

import bifrost.it.database.OpenLoad.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests while what has waited in the journal is drained, beside the same with nothing to drain.
 */
final class DrainRounds {
  private static final String BASE = "local, nothing waits";
  private static final String DRAINING = "back, the journal drains";
  private static final String DRAINED = "bifrost_journal_drained_records_total";
  private static final String WAITING = "bifrost_journal_watermark_lag";
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final Plan plan;
  private final Setup setup;
  private double records;
  private double seconds;

  DrainRounds(Plan plan, Setup setup) {
    this.plan = plan;
    this.setup = setup;
  }

  void run(BenchReport report) throws IOException, InterruptedException {
    Rounds rounds = new Rounds();
    long end = System.nanoTime() + plan.backlogNanos();
    for (int i = 0; i < plan.backlogs() && (i == 0 || System.nanoTime() < end); i++) {
      setup.near();
      setup.awaitDrained();
      setup.load().atRate(plan.rate(), 1);
      Result base = setup.load().atRate(plan.rate(), plan.seconds());
      rounds.add(BASE, base);
      setup.stopped();
      setup.load().burst(32, plan.backlog());
      setup.near();
      Result draining = drain();
      rounds.add(DRAINING, draining);
      System.out.printf(
          "backlog %d, p99 %.0f us, while it drains %.0f us failed %d%n",
          i + 1, base.percentile(99), draining.percentile(99), base.failed() + draining.failed());
    }
    String settled = setup.requireAllSettled();
    report.head("%,d requests waited".formatted(plan.backlog()), BASE);
    report.row(rounds, BASE, BASE);
    report.row(rounds, DRAINING, BASE);
    report.line("");
    report.line("Drained %,.0f records/s meanwhile. Stored as settled: %s.", rate(), settled);
    report.line("");
    report.judge(rounds, DRAINING, BASE);
    int failed = rounds.all(BASE).failed() + rounds.all(DRAINING).failed();
    report.verdict(
        failed == 0,
        "failed requests around drains: %d %s".formatted(failed, setup.load().failures()));
  }

  private double rate() {
    return records / seconds;
  }

  /** Requests from when the first records have gone until few are left. */
  private Result drain() throws IOException, InterruptedException {
    double before = setup.metric(DRAINED);
    long limit = System.nanoTime() + PATIENCE_NANOS;
    while (setup.metric(DRAINED) == before) {
      if (System.nanoTime() > limit) {
        throw new IOException("nothing is drained:\n" + setup.gateway().logText());
      }
      Thread.sleep(50);
    }
    double drained = setup.metric(DRAINED);
    long start = System.nanoTime();
    List<Result> parts = new ArrayList<>();
    do {
      parts.add(setup.load().atRate(plan.rate(), 1));
    } while (setup.metric(WAITING) > 4 * plan.rate() && System.nanoTime() < limit);
    seconds += (System.nanoTime() - start) / 1e9;
    records += setup.metric(DRAINED) - drained;
    return Result.of(parts);
  }
}
