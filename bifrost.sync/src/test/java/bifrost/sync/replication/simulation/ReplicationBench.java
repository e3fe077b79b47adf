package bifrost.sync.replication.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Runs many scenarios and prints what they gave. Arguments: number of seeds, first seed. Exits with
 * 1 when one failed; its seed is printed and replays it.
 */
public final class ReplicationBench {
  private ReplicationBench() {}

  /** Runs it. */
  public static void main(String[] args) {
    int count = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    long first = args.length > 1 ? Long.parseLong(args[1]) : 1;
    long start = System.nanoTime();
    List<Long> healed = new ArrayList<>();
    int failures = 0;
    int crashes = 0;
    int partitions = 0;
    for (long seed = first; seed < first + count; seed++) {
      Scenario.Result result = new Scenario(seed).run();
      crashes += result.crashes();
      partitions += result.partitions();
      if (result.failure().isEmpty()) {
        healed.add(result.healedNanos());
        if (result.healedNanos() > 20_000_000_000L) {
          System.out.printf("seed %d took %.1f s%n", seed, result.healedNanos() / 1e9);
        }
      } else {
        failures++;
        System.out.println("FAILED " + result.failure());
      }
      if ((seed - first + 1) % 500 == 0) {
        System.out.printf(
            "%d seeds, %.0f s%n", seed - first + 1, (System.nanoTime() - start) / 1e9);
      }
    }
    Collections.sort(healed);
    System.out.printf(
        "%d seeds from %d in %.0f s: %d failed; %d crashes, %d partitions%n",
        count, first, (System.nanoTime() - start) / 1e9, failures, crashes, partitions);
    System.out.printf(
        "equal after healing: p50 %.1f s, p99 %.1f s, max %.1f s%n",
        at(healed, 0.5), at(healed, 0.99), at(healed, 1));
    System.exit(failures == 0 ? 0 : 1);
  }

  private static double at(List<Long> sorted, double share) {
    return sorted.isEmpty() ? 0 : sorted.get((int) (share * (sorted.size() - 1))) / 1e9;
  }
}
