package bifrost.it.database;

import bifrost.it.database.OpenLoad.Result;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The report of the benchmark: tables, and at its end each target with what was got. */
final class BenchReport {
  /** How much longer p99 may be than the one it is compared with. */
  static final double MOST = 1.05;

  private final PrintStream out;
  private final List<String> verdicts = new ArrayList<>();

  BenchReport(PrintStream out) {
    this.out = out;
  }

  void line(String format, Object... arguments) {
    out.printf(Locale.ROOT, format + "%n", arguments);
  }

  void head(String what, String base) {
    line(
        "| %s | p50 µs | p99 µs, median of rounds | x %s | rounds | requests | failed |",
        what, base);
    line("|---|---|---|---|---|---|---|");
  }

  /** A row with the spread of the rounds: their middle half. */
  void row(Rounds rounds, String kind, String base) {
    Result all = rounds.all(kind);
    line(
        "| %s | %,.0f | %,.0f | %.2f (%.2f - %.2f) | %d | %,d | %d |",
        kind,
        all.percentile(50),
        rounds.p99(kind),
        rounds.ratio(kind, base),
        rounds.ratio(kind, base, 25),
        rounds.ratio(kind, base, 75),
        rounds.count(kind),
        all.micros().length,
        all.failed());
  }

  /** Judges a kind of slice by its base. */
  void judge(Rounds rounds, String kind, String base) {
    double ratio = rounds.ratio(kind, base);
    verdict(
        ratio <= MOST,
        "p99 with the database %s: %.2f x %s, at most %.2f".formatted(kind, ratio, base, MOST));
  }

  /** A target, whether it was met, in one line. */
  void verdict(boolean met, String what) {
    verdicts.add((met ? "PASS  " : "MISS  ") + what);
  }

  /** Prints the targets. */
  void end() {
    line("");
    verdicts.forEach(out::println);
  }
}
