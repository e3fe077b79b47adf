package bifrost.sync.membership.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Runs many scenarios and prints what they gave. Arguments: first seed, number of seeds, minutes
 * after which to stop. Exits with 1 when one failed; its seed is printed and replays it.
 */
public final class SimulationBench {
  private SimulationBench() {}

  public static void main(String[] args) {
    long first = args.length > 0 ? Long.parseLong(args[0]) : 1;
    int count = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
    long minutes = args.length > 2 ? Long.parseLong(args[2]) : Long.MAX_VALUE / 60_000_000_000L;
    long start = System.nanoTime();
    Totals lan = new Totals("LAN, 1 region");
    Totals wan = new Totals("WAN, 2-5 regions");
    for (long seed = first; seed < first + count; seed++) {
      Scenario.Result result = new Scenario(seed).run();
      (result.regions() == 1 ? lan : wan).add(seed, result);
      if ((lan.runs + wan.runs) % 1_000 == 0) {
        System.out.printf("%d seeds run%n", lan.runs + wan.runs);
      }
      if (System.nanoTime() - start > minutes * 60_000_000_000L) {
        break;
      }
    }
    System.out.printf(
        "%d seeds from %d in %.0f s%n",
        lan.runs + wan.runs, first, (System.nanoTime() - start) / 1e9);
    lan.print();
    wan.print();
    System.exit(lan.failures + wan.failures == 0 ? 0 : 1);
  }

  private static final class Totals {
    private final String name;
    private final List<Long> firstDetections = new ArrayList<>();
    private final List<Long> lastDetections = new ArrayList<>();
    private final List<Long> formed = new ArrayList<>();
    private final List<Long> healed = new ArrayList<>();
    private int runs;
    private int failures;
    private int falsePositives;
    private int disturbedPositives;
    private double nodeHours;

    Totals(String name) {
      this.name = name;
    }

    void add(long seed, Scenario.Result result) {
      runs++;
      if (!result.failure().isEmpty()) {
        failures++;
        System.out.println("FAILED " + result.failure());
      }
      if (result.falsePositives() > 0) {
        System.out.printf(
            "seed %d: %d false positives, %d nodes, loss %.0f %%%n",
            seed, result.falsePositives(), result.size(), 100 * result.loss());
      }
      firstDetections.addAll(result.firstDetections());
      lastDetections.addAll(result.lastDetections());
      formed.add(result.formed());
      healed.add(result.healed());
      falsePositives += result.falsePositives();
      disturbedPositives += result.disturbedPositives();
      nodeHours += result.nodeSeconds() / 3_600;
    }

    void print() {
      System.out.printf("%s: %d runs, %d failed%n", name, runs, failures);
      System.out.printf(
          "  %d crashes; false positives %d in %.0f node hours; of nodes hurt %d%n",
          firstDetections.size(), falsePositives, nodeHours, disturbedPositives);
      print("crash declared by the first", firstDetections);
      print("crash declared by the last unhurt", lastDetections);
      print("formed after", formed);
      print("agreed after healing", healed);
    }

    private static void print(String what, List<Long> nanos) {
      if (nanos.isEmpty()) {
        return;
      }
      Collections.sort(nanos);
      System.out.printf(
          "  %-34s p50 %6.1f s  p99 %6.1f s  max %6.1f s%n",
          what, at(nanos, 0.5), at(nanos, 0.99), nanos.getLast() / 1e9);
    }

    private static double at(List<Long> sorted, double share) {
      return sorted.get((int) (share * (sorted.size() - 1))) / 1e9;
    }
  }
}
