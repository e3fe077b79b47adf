package bifrost.sync.replication.simulation;

import static bifrost.sync.replication.simulation.SimCluster.MILLI;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Runs many {@link RevocationTrial}s. Arguments: trials (10,000), the seed of the first (1). Exits
 * with 1 when a key came back, or one was not gone or not anew everywhere; the seed is printed.
 */
public final class RevocationBench {
  private RevocationBench() {}

  /** Runs it. */
  public static void main(String[] args) {
    int trials = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    long first = args.length > 1 ? Long.parseLong(args[1]) : 1;
    List<Long> whole = new ArrayList<>();
    List<Long> healed = new ArrayList<>();
    List<Long> late = new ArrayList<>();
    List<Long> anew = new ArrayList<>();
    int resurrections = 0;
    int bad = 0;
    long edits = 0;
    for (long seed = first; seed < first + trials; seed++) {
      RevocationTrial.Result result = new RevocationTrial(seed).run();
      (result.partitioned() ? healed : whole).add(result.lastNanos());
      late.add(result.lateNanos());
      anew.add(result.anewNanos());
      edits += result.edits();
      resurrections += result.resurrections();
      if (!result.isGood()) {
        bad++;
        System.out.println("seed " + seed + ": " + result);
      }
    }
    System.out.printf(
        "%d trials from %d with %d edits by nodes that did not know: %d resurrections, %d bad%n",
        trials, first, edits, resurrections, bad);
    print("revoked at the last pod", whole);
    print("revoked at the last pod after the end of a partition", healed);
    print("revoked at a pod that booted from a lagging replica", late);
    print("made anew everywhere", anew);
    System.exit(bad == 0 ? 0 : 1);
  }

  private static void print(String what, List<Long> nanos) {
    Collections.sort(nanos);
    System.out.printf(
        "%s after: p50 %d ms, p99 %d ms, max %d ms (%d trials)%n",
        what, at(nanos, 0.5), at(nanos, 0.99), at(nanos, 1), nanos.size());
  }

  private static long at(List<Long> sorted, double share) {
    return sorted.isEmpty() ? -1 : sorted.get((int) (share * (sorted.size() - 1))) / MILLI;
  }
}
