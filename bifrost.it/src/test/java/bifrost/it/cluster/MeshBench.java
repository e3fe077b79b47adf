package bifrost.it.cluster;

import bifrost.it.cluster.MeshRun.Restarted;
import bifrost.it.cluster.MeshRun.Revoked;
import bifrost.it.cluster.MeshRun.Spent;
import bifrost.it.cluster.MeshRun.Traffic;
import bifrost.it.support.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The exercises of {@link MeshRun} at length, with their figures, each beside its target; {@code
 * ./bifrost bench mesh}.
 */
public final class MeshBench {
  private static final double ROUND_TRIP_MILLIS = 2.0 * Mesh.ONE_WAY.toMillis();
  private static final double CONVERGENCE_MILLIS = 2 * ROUND_TRIP_MILLIS + 250;
  private static final double REVOCATION_MILLIS = 2_000;
  private static final double BYTES = 100_000;
  private static final int RATE = 5_000;
  private static final int COUNTERS = 10_000;
  private static final int SECONDS = 15;
  private static final int CALMING = 5;
  private static final Duration BACKGROUND = Duration.ofMillis(50);

  private final MeshRun run;
  private int missed;

  private MeshBench(MeshRun run) {
    this.run = run;
  }

  /** Takes the number of calls whose convergence is measured, and that of keys to be ended. */
  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    int revocations = Integer.parseInt(arguments[1]);
    Path folder = Files.createTempDirectory("bifrost-mesh-");
    long started = System.nanoTime();
    try (MeshRun run = new MeshRun(folder, revocations)) {
      MeshBench bench = new MeshBench(run);
      print("", "six nodes started and joined", millis(System.nanoTime() - started));
      bench.calls();
      bench.convergence(rounds);
      bench.budget();
      bench.revocations(revocations);
      bench.restart();
      bench.traffic();
      System.out.printf(
          "%d targets missed; %d s in all%n",
          bench.missed, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started));
    } finally {
      Folders.delete(folder);
    }
  }

  private void calls() throws Exception {
    long bytes = run.delayedBytes();
    TimeUnit.SECONDS.sleep(CALMING);
    double quiet = (double) (run.delayedBytes() - bytes) / CALMING;
    print("", "between the regions, without calls", "%.1f kB/s".formatted(quiet / 1e3));
    print("", "between the regions, as many calls as are answered", show(run.serve(SECONDS)));
  }

  private void traffic() throws Exception {
    Traffic full = run.simulate(RATE, COUNTERS, SECONDS);
    verdict(
        full.bytes() <= BYTES && full.requests() >= 0.95 * RATE,
        "between the regions, what %d requests/s add to %d counters, two each"
            .formatted(RATE, COUNTERS),
        show(full),
        "at most 100 kB/s, both ways together");
  }

  private static String show(Traffic traffic) {
    return "%.1f kB/s at %.0f requests/s".formatted(traffic.bytes() / 1e3, traffic.requests());
  }

  private void convergence(int rounds) throws Exception {
    MeshRun.Convergence times = run.converge(rounds);
    String target = "p99 at most %.0f ms".formatted(CONVERGENCE_MILLIS);
    verdict(
        times.within().p99() <= CONVERGENCE_MILLIS,
        "a call counts on the other nodes of its region",
        times.within(),
        target);
    verdict(
        times.across().p99() <= CONVERGENCE_MILLIS,
        "a call counts on the nodes of the other region",
        times.across(),
        target);
  }

  private void budget() throws Exception {
    Spent spent = run.spend();
    verdict(
        isExact(spent),
        "a budget of 100 spent on six nodes at once",
        show(spent),
        "calls x cost, on all nodes and in the database");
  }

  private void revocations(int count) throws Exception {
    List<Long> last = new ArrayList<>();
    List<Long> answered = new ArrayList<>();
    long after = 0;
    try (MeshLoad load = run.load("load", 1, BACKGROUND)) {
      for (int i = 0; i < count; i++) {
        Revoked revoked = run.revoke(i);
        last.add(Math.max(0, revoked.lastNanos()));
        answered.add(revoked.answeredNanos());
        after += revoked.acceptedAfter();
      }
      load.close();
    }
    Spread until = Spread.ofNanos(last);
    verdict(
        until.p99() <= REVOCATION_MILLIS,
        "a key ended under load, until the last accepted call began",
        until,
        "p99 at most %.0f ms".formatted(REVOCATION_MILLIS));
    verdict(
        after == 0,
        "the same, until ?wait=cluster answers",
        "%s; %d calls accepted after it".formatted(Spread.ofNanos(answered), after),
        "none accepted after it");
  }

  private void restart() throws Exception {
    Restarted restarted = run.restart(run.mesh().pods());
    verdict(
        restarted.failures().isEmpty() && isExact(restarted.spent()),
        "all nodes restarted under load",
        "%d calls failed; %s".formatted(restarted.failures().size(), show(restarted.spent())),
        "none failed, counters intact");
  }

  private static boolean isExact(Spent spent) {
    long truth = spent.accepted() * spent.cost();
    return Set.copyOf(spent.settled().values()).equals(Set.of(truth)) && spent.stored() == truth;
  }

  private static String show(Spent spent) {
    return "%d calls x %.2f = %.2f; on the nodes %s, in the database %.2f"
        .formatted(
            spent.accepted(),
            spent.cost() / 1e9,
            spent.accepted() * spent.cost() / 1e9,
            spent.settled().values().stream().map(nanos -> "%.2f".formatted(nanos / 1e9)).toList(),
            spent.stored() / 1e9);
  }

  private void verdict(boolean met, String what, Object figures, String target) {
    missed += met ? 0 : 1;
    print(met ? "PASS" : "MISS", what, figures + " (target: " + target + ")");
  }

  private static void print(String verdict, String what, Object figures) {
    System.out.printf("%-4s %s: %s%n", verdict, what, figures);
  }

  private static String millis(long nanos) {
    return nanos / 1_000_000 + " ms";
  }
}
