package bifrost.sync.replication.simulation;

import static bifrost.sync.replication.simulation.SimCluster.MILLI;
import static bifrost.sync.replication.simulation.SimCluster.SECOND;

import bifrost.api.snapshot.Change;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A key is edited, then revoked, while links break, values overtake each other and a pod boots from
 * a replica that does not know of it yet. It must be gone everywhere, and never be back. Argument:
 * trials (10,000). Exits with 1 when a key came back.
 */
public final class RevocationBench {
  private static final String KEY = "key";

  private RevocationBench() {}

  /**
   * What a trial gave.
   *
   * @param lastNanos until the last pod that ran all the time had it revoked
   * @param lateNanos until the pod that booted from a lagging replica had it revoked
   * @param resurrections how often a pod accepted the key after it had refused it
   */
  record Trial(long lastNanos, long lateNanos, int resurrections) {}

  /** Runs it. */
  public static void main(String[] args) {
    int trials = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    List<Long> last = new ArrayList<>();
    List<Long> late = new ArrayList<>();
    int resurrections = 0;
    for (int seed = 1; seed <= trials; seed++) {
      Trial trial = trial(seed);
      last.add(trial.lastNanos());
      late.add(trial.lateNanos());
      resurrections += trial.resurrections();
      if (trial.resurrections() > 0 || trial.lastNanos() < 0 || trial.lateNanos() < 0) {
        System.out.println("seed " + seed + ": " + trial);
      }
    }
    Collections.sort(last);
    Collections.sort(late);
    System.out.printf("%d trials, %d resurrections%n", trials, resurrections);
    System.out.printf(
        "revoked at the last pod after: p50 %d ms, p99 %d ms, max %d ms%n",
        at(last, 0.5), at(last, 0.99), at(last, 1));
    System.out.printf(
        "revoked at a pod that booted from a lagging replica after: p50 %d ms, p99 %d ms, max %d"
            + " ms%n",
        at(late, 0.5), at(late, 0.99), at(late, 1));
    System.exit(resurrections == 0 && last.getFirst() >= 0 && late.getFirst() >= 0 ? 0 : 1);
  }

  private static long at(List<Long> sorted, double share) {
    return sorted.get((int) (share * (sorted.size() - 1))) / MILLI;
  }

  /** One trial. */
  static Trial trial(long seed) {
    Random random = new Random(seed);
    SimCluster cluster = new SimCluster(seed, false, (link, message) -> {});
    cluster.delays(10 + random.nextInt(70), 0.3);
    cluster.wire.quality(0, 0.05);
    int size = 4 + random.nextInt(3);
    for (int i = 0; i < size; i++) {
      cluster.start("n" + i, "r" + i % 2, random.nextInt(2_000) - 1_000, List.of(), List.of());
    }
    cluster.run(8 * SECOND);
    SimNode writer = pick(cluster, random);
    writer.configuration().write(KEY, Optional.of("made"));
    cluster.run(2 * SECOND);
    List<Change> lagging = writer.configuration().all();
    Change edit = pick(cluster, random).configuration().write(KEY, Optional.of("edited"));
    SimNode admin = pick(cluster, random);
    // Whoever revokes has seen the edit; others may see the revocation first.
    while (!admin.configuration().find(null, KEY).equals(Optional.of(edit))) {
      cluster.run(MILLI);
    }
    long revoked = cluster.time.now();
    admin.configuration().write(KEY, Optional.empty());
    long booted = revoked + random.nextInt(1_000) * MILLI;
    Watch watch = new Watch();
    String lateId = null;
    long end = revoked + 30 * SECOND;
    long last = -1;
    long late = -1;
    while (cluster.time.now() < end && (last < 0 || late < 0)) {
      cluster.run(5 * MILLI);
      if (lateId == null && cluster.time.now() >= booted) {
        lateId = "n9";
        cluster.start(lateId, "r" + random.nextInt(2), 0, lagging, List.of());
      }
      if (random.nextInt(400) == 0) {
        cluster.wire.breakOne();
      }
      boolean all = true;
      for (SimNode node : cluster.nodes().values()) {
        boolean accepts = watch.accepts(node);
        if (node.id().equals(lateId)) {
          late = late < 0 && !accepts ? cluster.time.now() - booted : late;
        } else {
          all &= !accepts;
        }
      }
      last = last < 0 && all ? cluster.time.now() - revoked : last;
    }
    for (int i = 0; i < 200; i++) {
      cluster.run(50 * MILLI);
      cluster.nodes().values().forEach(watch::accepts);
    }
    return new Trial(last, late, watch.resurrections);
  }

  private static SimNode pick(SimCluster cluster, Random random) {
    List<SimNode> nodes = List.copyOf(cluster.nodes().values());
    return nodes.get(random.nextInt(nodes.size()));
  }

  /** Sees when a pod accepts a key that it has refused. */
  private static final class Watch {
    private final Set<String> refused = new HashSet<>();
    private int resurrections;

    boolean accepts(SimNode node) {
      boolean accepts =
          node.configuration().find(null, KEY).filter(change -> !change.isTombstone()).isPresent();
      if (!accepts) {
        refused.add(node.id());
      } else if (refused.remove(node.id())) {
        resurrections++;
      }
      return accepts;
    }
  }
}
