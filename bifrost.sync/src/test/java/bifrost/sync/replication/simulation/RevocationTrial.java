package bifrost.sync.replication.simulation;

import static bifrost.sync.replication.simulation.SimCluster.MILLI;
import static bifrost.sync.replication.simulation.SimCluster.SECOND;

import bifrost.api.ledger.Slot;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.Team;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A key is revoked while others edit it who do not know, some by clocks that are half a minute
 * ahead; links break, a partition may stand between them, pods end and come back with and without
 * their disk, and one boots from a replica that lags. The key must be gone everywhere and never be
 * back; afterwards it is made anew on purpose, and must then be everywhere.
 */
final class RevocationTrial {
  private static final String KEY = "key";
  private static final int MOST_SKEW_MILLIS = 28_000;
  private static final long LIMIT = 30 * SECOND;
  private static final String LATE = "n9";

  private final Random random;
  private final SimCluster cluster;
  private final Map<String, Long> skews = new HashMap<>();
  private final Map<String, String> regions = new HashMap<>();
  private final Set<String> refused = new HashSet<>();
  private final List<Restart> restarts = new ArrayList<>();
  private List<Change> lagging = List.of();
  private boolean partitioned;
  private long healAt;
  private int edits;
  private int resurrections;

  /**
   * What a trial gave; times are -1 for what did not come to be.
   *
   * @param lastNanos from the revocation, or the end of the partition when there was one, until the
   *     last pod that ran before had it revoked
   * @param lateNanos until the pod that booted from a lagging replica had it revoked; 0 when that
   *     was after the partition's end
   * @param anewNanos until all pods had the key that was made anew
   * @param resurrections how often a pod accepted the key after it had refused it
   * @param edits edits by nodes that did not know of the revocation
   * @param partitioned whether there was a partition
   */
  record Result(
      long lastNanos,
      long lateNanos,
      long anewNanos,
      int resurrections,
      int edits,
      boolean partitioned) {
    boolean isGood() {
      return resurrections == 0 && lastNanos >= 0 && lateNanos >= 0 && anewNanos >= 0;
    }
  }

  private record Restart(long at, SimNode node, boolean disk) {}

  RevocationTrial(long seed) {
    this.random = new Random(seed);
    this.cluster = new SimCluster(seed, false, (link, message) -> {});
  }

  Result run() {
    form();
    SimNode admin = pick();
    partitioned = random.nextInt(2) == 0;
    long apart = partitioned ? random.nextInt(3_000) * MILLI : 0;
    if (partitioned) {
      partition();
    }
    editSometimes(cluster.time.now() + apart, 4);
    long revoked = cluster.time.now();
    admin.configuration().write(KEY, Optional.empty());
    healAt = revoked + (partitioned ? healing() : 0);
    boolean crash = random.nextInt(3) == 0;
    long crashAt = revoked + random.nextInt(2_000) * MILLI;
    long bootAt = revoked + random.nextInt(1_000) * MILLI;
    long last = -1;
    long late = -1;
    boolean booted = false;
    long end = healAt + LIMIT;
    while (cluster.time.now() < end && (last < 0 || late < 0 || !restarts.isEmpty())) {
      cluster.run(5 * MILLI);
      long now = cluster.time.now();
      if (!booted && now >= bootAt) {
        booted = true;
        start(LATE, "r" + random.nextInt(2), lagging);
      }
      if (crash && now >= crashAt) {
        crash = false;
        crash(admin);
      }
      restartThoseDue(now);
      if (partitioned && now >= healAt && cluster.isPartitioned()) {
        cluster.heal();
      }
      harmAndEdit();
      boolean all = true;
      for (SimNode node : cluster.nodes().values()) {
        boolean accepts = accepts(node);
        if (node.id().equals(LATE)) {
          late = late < 0 && !accepts ? Math.max(0, now - Math.max(bootAt, healAt)) : late;
        } else {
          all &= !accepts;
        }
      }
      last = last < 0 && all && now >= healAt && restarts.isEmpty() ? now - healAt : last;
    }
    for (int i = 0; i < 200; i++) {
      cluster.run(50 * MILLI);
      cluster.nodes().values().forEach(this::accepts);
    }
    return new Result(last, late, anew(), resurrections, edits, partitioned);
  }

  private void form() {
    cluster.delays(10 + random.nextInt(70), 0.3);
    cluster.wire.quality(0, 0.05);
    int size = 4 + random.nextInt(3);
    for (int i = 0; i < size; i++) {
      boolean wrong = random.nextInt(3) == 0;
      int most = wrong ? MOST_SKEW_MILLIS : 1_000;
      skews.put("n" + i, (long) random.nextInt(2 * most) - most);
      start("n" + i, "r" + i % 2, List.of());
    }
    cluster.run(8 * SECOND);
    SimNode writer = pick();
    writer.configuration().write(KEY, Optional.of("made"));
    cluster.run(2 * SECOND);
    lagging = writer.configuration().all();
    pick().configuration().write(KEY, Optional.of("edited"));
    cluster.run(random.nextInt(200) * MILLI);
  }

  private void start(String id, String region, List<Change> rows) {
    start(id, region, rows, List.of());
  }

  private void start(String id, String region, List<Change> rows, List<Slot> slots) {
    regions.put(id, region);
    cluster.start(id, region, skews.getOrDefault(id, 0L), rows, slots);
  }

  private SimNode pick() {
    List<SimNode> nodes = List.copyOf(cluster.nodes().values());
    return nodes.get(random.nextInt(nodes.size()));
  }

  private void partition() {
    Set<String> side = new HashSet<>();
    boolean byRegion = random.nextBoolean();
    for (String id : cluster.nodes().keySet()) {
      if (byRegion ? regions.get(id).equals("r0") : random.nextBoolean()) {
        side.add(id);
      }
    }
    side.add(LATE);
    cluster.partition((a, b) -> side.contains(a) != side.contains(b));
  }

  /** Mostly some seconds, at times an hour. */
  private long healing() {
    return random.nextInt(50) == 0 ? 3_600 * SECOND : random.nextInt(20_000) * MILLI;
  }

  private void crash(SimNode admin) {
    SimNode victim = pick();
    // What the revoker alone has is gone with its disk; with its disk it comes back.
    boolean disk = victim.id().equals(admin.id()) || random.nextBoolean();
    if (victim.id().equals(LATE) || cluster.nodes().size() < 4) {
      return;
    }
    cluster.crash(victim.id());
    if (!disk) {
      refused.remove(victim.id());
    }
    restarts.add(new Restart(cluster.time.now() + random.nextInt(4_000) * MILLI, victim, disk));
  }

  private void restartThoseDue(long now) {
    for (Restart restart : List.copyOf(restarts)) {
      if (now >= restart.at()) {
        restarts.remove(restart);
        SimNode node = restart.node();
        start(
            node.id(),
            regions.get(node.id()),
            restart.disk() ? node.configuration().all() : lagging,
            SimCluster.kept(node));
      }
    }
  }

  private void harmAndEdit() {
    if (random.nextInt(400) == 0) {
      cluster.wire.breakOne();
    }
    if (random.nextInt(60) == 0) {
      edit(pick());
    }
  }

  private void editSometimes(long until, int most) {
    for (int i = 0; i < most; i++) {
      edit(pick());
      cluster.run(Math.max(0, until - cluster.time.now()) / (most - i));
    }
  }

  /** As the management API does it: what is not there cannot be changed. */
  private void edit(SimNode node) {
    if (isLive(node)) {
      edits++;
      node.configuration().write(KEY, Optional.of("edit " + edits));
    }
  }

  /** Whether a pod accepts the key; notes when it had refused it before. */
  private boolean accepts(SimNode node) {
    boolean accepts = isLive(node);
    if (!accepts) {
      refused.add(node.id());
    } else if (refused.remove(node.id())) {
      resurrections++;
    }
    return accepts;
  }

  private static boolean isLive(SimNode node) {
    return node.configuration().find(null, KEY).filter(c -> !c.isTombstone()).isPresent();
  }

  private long anew() {
    pick().configuration().write(KEY, Optional.of("anew"));
    long start = cluster.time.now();
    boolean everywhere =
        cluster.time.runUntil(
            () -> cluster.nodes().values().stream().allMatch(RevocationTrial::isAnew),
            start + 5 * SECOND);
    return everywhere ? cluster.time.now() - start : -1;
  }

  private static boolean isAnew(SimNode node) {
    return node.configuration()
        .find(null, KEY)
        .flatMap(Change::content)
        .filter(team -> ((Team) team).name().equals("anew"))
        .isPresent();
  }
}
