package bifrost.governance.bench;

import bifrost.api.governance.Admission;
import bifrost.api.governance.Attempt;
import bifrost.api.governance.AttemptAdmission;
import bifrost.api.governance.Settlement;
import bifrost.api.model.Usage;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/**
 * Runs {@link AdmitBench}, then counts what a virtual key costs in memory, idle and in use: {@code
 * ./bifrost bench admit}.
 */
public final class BenchMain {
  private static final int KEYS = 1_000_000;
  private static final int USED = 50_000;

  private BenchMain() {}

  /** Runs it; {@code --quick} to see that it works. */
  public static void main(String[] args) throws RunnerException {
    boolean quick = args.length > 0 && args[0].equals("--quick");
    ChainedOptionsBuilder options =
        new OptionsBuilder().include(AdmitBench.class.getName()).verbosity(VerboseMode.SILENT);
    if (quick) {
      options.warmupIterations(1).warmupTime(TimeValue.seconds(1));
      options.measurementIterations(1).measurementTime(TimeValue.seconds(1));
    }
    System.out.printf(
        "JDK %s, %d processors%n%-18s %8s %8s %8s   microseconds%n",
        Runtime.version(), Runtime.getRuntime().availableProcessors(), "", "p50", "p90", "p99");
    for (RunResult result : new Runner(options.build()).run()) {
      Statistics statistics = result.getPrimaryResult().getStatistics();
      System.out.printf(
          Locale.ROOT,
          "%-18s %8.2f %8.2f %8.2f%n",
          result.getPrimaryResult().getLabel(),
          statistics.getPercentile(50) / 1e3,
          statistics.getPercentile(90) / 1e3,
          statistics.getPercentile(99) / 1e3);
    }
    memory(quick ? KEYS / 10 : KEYS, quick ? USED / 10 : USED);
  }

  private static void memory(int keys, int inUse) {
    long empty = usedBytes();
    long started = System.nanoTime();
    World world = new World(keys);
    double seconds = (System.nanoTime() - started) / 1e9;
    long idle = usedBytes();
    for (int key = 0; key < inUse; key++) {
      use(world, key);
    }
    long used = usedBytes();
    System.out.printf(
        Locale.ROOT,
        "%d keys put into the snapshot in %.1f s; bytes per key: %d idle (rows with limits, indexes),"
            + " %d more in use (plan, meters, 4 counters)%n",
        keys,
        seconds,
        (idle - empty) / keys,
        (used - idle) / inUse);
    use(world, 0);
  }

  private static void use(World world, int key) {
    Admission.Granted granted =
        (Admission.Granted) world.admissions().admit(world.request(key), world.snapshot());
    AttemptAdmission.Held held =
        (AttemptAdmission.Held)
            granted.reservation().attempt(new Attempt("openai", "gpt-4o", "gpt-4o", "", 0));
    held.hold().charge(Usage.ofTokens(250, 100), true);
    granted.reservation().settle(new Settlement(Settlement.Exit.SUCCESS, 0));
  }

  private static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
