package bifrost.governance.bench;

import bifrost.api.governance.Admission;
import bifrost.api.governance.Attempt;
import bifrost.api.governance.AttemptAdmission;
import bifrost.api.governance.Settlement;
import bifrost.api.model.Usage;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs {@link AdmitBench}, then counts what a virtual key costs in memory, idle and in use: {@code
 * ./bifrost bench admit}. Options of JMH are not taken; the whole takes about a minute.
 */
public final class BenchMain {
  private static final int KEYS = 1_000_000;
  private static final int USED = 50_000;

  private BenchMain() {}

  /** Runs it. */
  public static void main(String[] args) throws RunnerException {
    new Runner(new OptionsBuilder().include(AdmitBench.class.getName()).build()).run();
    long empty = usedBytes();
    long started = System.nanoTime();
    World world = new World(KEYS);
    double seconds = (System.nanoTime() - started) / 1e9;
    long idle = usedBytes();
    for (int key = 0; key < USED; key++) {
      use(world, key);
    }
    long used = usedBytes();
    System.out.printf(
        "%d keys made in %.1f s; bytes per key: %d idle (rows with limits and hash), %d more in"
            + " use (plan, meters, 4 counters)%n",
        KEYS, seconds, (idle - empty) / KEYS, (used - idle) / USED);
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
