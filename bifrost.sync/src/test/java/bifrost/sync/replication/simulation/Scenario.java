package bifrost.sync.replication.simulation;

import static bifrost.sync.replication.simulation.SimCluster.MILLI;
import static bifrost.sync.replication.simulation.SimCluster.SECOND;

import bifrost.api.ledger.Slot;
import bifrost.api.snapshot.Change;
import bifrost.sync.replication.engine.EngineSettings;
import bifrost.sync.replication.message.SyncMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A random cluster under random harm, then peace: all nodes must come to be equal, and to what was
 * done.
 */
final class Scenario {
  private static final long PEACE = 120 * SECOND;

  /** How long it may take until all are equal, but for messages that go to and fro. */
  private static final long TARGET = 5 * SECOND;

  private static final int MOST_ROUND_TRIPS = 5;

  private final long seed;
  private final Random random;
  private final SimCluster cluster;
  private final Database database = new Database();
  private final Map<String, SimNode> down = new HashMap<>();
  private final Map<String, Boolean> keptDisk = new HashMap<>();
  private final Map<String, Long> added = new HashMap<>();
  private final Map<String, List<Change>> writes = new HashMap<>();
  private final Set<String> lostLives = new HashSet<>();
  private final Map<String, Integer> regionOf = new HashMap<>();
  private final Map<String, Long> skews = new HashMap<>();
  private final Map<String, Set<String>> abilities = new HashMap<>();
  private final Releases releases = new Releases();
  private double between;
  private int names;
  private int crashes;
  private int partitions;
  private long trace;

  /**
   * What a run gave; no failure when the text is empty.
   *
   * @param trace a hash of who sent whom what kind of message when
   */
  record Result(
      String failure, int size, int crashes, int partitions, long healedNanos, long trace) {}

  Scenario(long seed) {
    this.seed = seed;
    this.random = new Random(seed * 0x9e3779b97f4a7c15L + 7);
    this.cluster = new SimCluster(seed, random.nextInt(5) == 0, this::sent);
  }

  /** What the database and its replicas have. */
  private static final class Database {
    private final Map<String, Change> rows = new HashMap<>();
    private final Map<String, Slot> slots = new HashMap<>();
    private final Deque<Map<String, Change>> olderRows = new ArrayDeque<>();

    void drain(SimNode node) {
      for (Change change : node.configuration().all()) {
        Change known = rows.get(change.id());
        if (known == null || change.version().isAfter(known.version())) {
          rows.put(change.id(), change);
        }
      }
      for (Slot slot : SimCluster.kept(node)) {
        String key = slot.counter() + slot.node() + "/" + slot.epoch();
        Slot known = slots.get(key);
        if (slot.node().equals(node.id()) && (known == null || slot.value() > known.value())) {
          slots.put(key, slot);
        }
      }
    }

    void tick() {
      olderRows.addFirst(Map.copyOf(rows));
      if (olderRows.size() > 15) {
        olderRows.removeLast();
      }
    }

    List<Change> lagging(int seconds) {
      return olderRows.stream()
          .skip(Math.min(seconds, Math.max(0, olderRows.size() - 1)))
          .findFirst()
          .map(old -> List.copyOf(old.values()))
          .orElse(List.of());
    }
  }

  Result run() {
    int regions = 1 + random.nextInt(3);
    int size = Math.max(3, regions * (1 + random.nextInt(3)));
    between = 5 + random.nextInt(100);
    cluster.delays(between, 0.3);
    cluster.wire.quality(
        random.nextInt(3) == 0 ? random.nextDouble() * 0.001 : 0, random.nextDouble() * 0.05);
    cluster.detection((1 + random.nextInt(8)) * SECOND);
    boolean mixed = random.nextInt(4) == 0;
    cluster.wire.translation(releases);
    for (int i = 0; i < size; i++) {
      String id = "n" + i;
      regionOf.put(id, i % regions);
      skews.put(id, (long) (random.nextGaussian() * 5_000));
      abilities.put(
          id,
          mixed && random.nextBoolean()
              ? Set.of(EngineSettings.COMPARE)
              : EngineSettings.CAPABILITIES);
      if (mixed && random.nextInt(3) == 0) {
        releases.older(id);
      }
      start(id, List.of(), List.of());
    }
    harm((30 + random.nextInt(40)) * SECOND);
    long healed = peace();
    String failure =
        healed < 0 ? "not equal after " + PEACE / SECOND + " s: " + cluster.difference() : check();
    if (failure.isEmpty() && healed > TARGET + MOST_ROUND_TRIPS * 2 * (long) (between * MILLI)) {
      failure = "equal only after %.1f s".formatted(healed / 1e9);
    }
    return new Result(
        failure.isEmpty() ? "" : "seed " + seed + ": " + failure,
        size,
        crashes,
        partitions,
        healed,
        trace);
  }

  private void sent(SimWire.SimLink link, SyncMessage message) {
    String what = link.from() + link.to() + message.getClass().getSimpleName();
    trace = trace * 31 + what.hashCode() + cluster.time.now();
  }

  private void start(String id, List<Change> rows, List<Slot> slots) {
    List<Change> known =
        rows.stream()
            .filter(row -> !releases.isOlder(id) || !row.id().startsWith(Releases.NEW_KIND))
            .toList();
    cluster.start(id, "r" + regionOf.get(id), skews.get(id), known, slots, abilities.get(id));
  }

  private void harm(long length) {
    long end = cluster.time.now() + length;
    long nextFault = cluster.time.now() + 3 * SECOND;
    long nextDrain = cluster.time.now();
    boolean longPartition = random.nextInt(100) == 0;
    while (cluster.time.now() < end) {
      cluster.run((5 + random.nextInt(200)) * MILLI);
      work();
      if (cluster.time.now() >= nextDrain) {
        nextDrain = cluster.time.now() + SECOND;
        cluster.nodes().values().forEach(database::drain);
        database.tick();
      }
      if (cluster.time.now() >= nextFault) {
        nextFault = cluster.time.now() + (1 + random.nextInt(8)) * SECOND;
        fault();
        if (longPartition) {
          longPartition = false;
          partition();
          for (int minute = 0; minute < 60; minute++) {
            cluster.run(60 * SECOND);
            work();
          }
        }
      }
    }
  }

  private void work() {
    List<SimNode> running = List.copyOf(cluster.nodes().values());
    SimNode node = running.get(random.nextInt(running.size()));
    if (random.nextInt(4) > 0) {
      String counter = "c" + random.nextInt(20);
      long amount = 1 + random.nextInt(100);
      node.add(counter, amount);
      added.merge(counter + " " + node.id() + "/" + node.epoch(), amount, Long::sum);
    } else {
      boolean newKind = !releases.isOlder(node.id()) && random.nextInt(5) == 0;
      String id = (newKind ? Releases.NEW_KIND : "e") + random.nextInt(15);
      Optional<String> name =
          random.nextInt(3) == 0 ? Optional.empty() : Optional.of("name " + names++);
      Change change = node.configuration().write(id, name);
      writes.computeIfAbsent(id, key -> new ArrayList<>()).add(change);
      life.put(change, node.id() + "/" + node.epoch());
    }
  }

  private final Map<Change, String> life = new HashMap<>();

  private void fault() {
    switch (random.nextInt(5)) {
      case 0 -> cluster.wire.breakOne();
      case 1 -> partition();
      case 2 -> cluster.heal();
      case 3 -> {
        if (cluster.nodes().size() > 2) {
          crash();
        }
      }
      default -> restartAll();
    }
  }

  private void partition() {
    partitions++;
    Set<String> side = new HashSet<>();
    boolean byRegion = random.nextBoolean();
    int region = random.nextInt(3);
    for (String id : regionOf.keySet()) {
      if (byRegion ? regionOf.get(id) == region : random.nextBoolean()) {
        side.add(id);
      }
    }
    boolean oneWay = random.nextInt(4) == 0;
    cluster.partition(
        (a, b) -> side.contains(a) != side.contains(b) && (!oneWay || side.contains(a)));
  }

  private void crash() {
    crashes++;
    List<String> ids = List.copyOf(cluster.nodes().keySet());
    SimNode node = cluster.crash(ids.get(random.nextInt(ids.size())));
    boolean disk = random.nextInt(3) > 0;
    down.put(node.id(), node);
    keptDisk.put(node.id(), disk);
    if (!disk) {
      lostLives.add(node.id() + "/" + node.epoch());
    }
  }

  private void restartAll() {
    for (SimNode node : List.copyOf(down.values())) {
      down.remove(node.id());
      if (keptDisk.get(node.id())) {
        List<Slot> own =
            SimCluster.kept(node).stream().filter(slot -> slot.node().equals(node.id())).toList();
        start(node.id(), node.configuration().all(), own);
      } else {
        start(
            node.id(), database.lagging(random.nextInt(12)), List.copyOf(database.slots.values()));
      }
    }
  }

  private long peace() {
    cluster.wire.quality(0, 0.02);
    for (String id : releases.older()) {
      releases.upgraded(id);
      if (cluster.nodes().containsKey(id)) {
        SimNode node = cluster.crash(id);
        down.put(id, node);
        keptDisk.put(id, true);
      }
    }
    restartAll();
    cluster.heal();
    return cluster.converge(PEACE);
  }

  private String check() {
    SimNode any = cluster.nodes().firstEntry().getValue();
    Map<String, Long> slots = SimCluster.slots(any);
    for (var entry : added.entrySet()) {
      String writer = entry.getKey().substring(entry.getKey().indexOf(' ') + 1);
      long shown = slots.getOrDefault(entry.getKey(), 0L);
      if (lostLives.contains(writer) ? shown > entry.getValue() : shown != entry.getValue()) {
        return "%s is %d, added were %d".formatted(entry.getKey(), shown, entry.getValue());
      }
    }
    for (var entry : writes.entrySet()) {
      Change winner = any.configuration().find(null, entry.getKey()).orElse(null);
      if (winner != null && !entry.getValue().contains(winner)) {
        return entry.getKey() + " is what nobody wrote: " + winner;
      }
      for (Change change : entry.getValue()) {
        boolean later = winner == null || change.version().isAfter(winner.version());
        if (later && !lostLives.contains(life.get(change))) {
          return "%s is %s, later was %s".formatted(entry.getKey(), winner, change);
        }
      }
    }
    return "";
  }
}
