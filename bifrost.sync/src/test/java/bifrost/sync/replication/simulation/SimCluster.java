package bifrost.sync.replication.simulation;

import bifrost.api.cluster.ClusterView;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.MemberInfo;
import bifrost.api.cluster.MemberState;
import bifrost.api.ledger.Slot;
import bifrost.api.snapshot.Change;
import bifrost.sync.membership.simulation.VirtualTime;
import bifrost.sync.replication.engine.EngineSettings;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/** A cluster in virtual time; the same seed replays it exactly. Gossip is a delayed oracle. */
final class SimCluster {
  static final long SECOND = 1_000_000_000L;
  static final long MILLI = 1_000_000L;
  private static final InetSocketAddress NOWHERE = new InetSocketAddress("127.0.0.1", 1);

  final VirtualTime time = new VirtualTime();
  final Random random;
  final SimWire wire;
  final boolean mesh;
  private final TreeMap<String, SimNode> nodes = new TreeMap<>();
  private final Map<String, String> regions = new HashMap<>();
  private final Map<String, Set<String>> capabilities = new HashMap<>();
  private final Map<String, Set<String>> gone = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private long epochs = 1;
  private long detection = 3 * SECOND;

  SimCluster(long seed, boolean mesh, SimWire.Meter meter) {
    this.random = new Random((seed + 1) * 0xd1342543de82ef95L);
    this.mesh = mesh;
    this.wire = new SimWire(time, random, meter);
  }

  /** One-way delays between and within regions, in milliseconds. */
  void delays(double between, double within) {
    wire.delay(
        (from, to) ->
            (long) (MILLI * (regions.get(from).equals(regions.get(to)) ? within : between)));
  }

  /** Which cluster a node that is started later believes to be of. */
  void name(String id, String cluster) {
    names.put(id, cluster);
  }

  /** How long gossip takes to notice. */
  void detection(long nanos) {
    detection = nanos;
  }

  SimNode start(String id, String region, long skewMillis, List<Change> rows, List<Slot> slots) {
    return start(id, region, skewMillis, rows, slots, EngineSettings.CAPABILITIES);
  }

  SimNode start(
      String id,
      String region,
      long skewMillis,
      List<Change> rows,
      List<Slot> slots,
      Set<String> can) {
    regions.put(id, region);
    capabilities.put(id, can);
    gone.put(id, new HashSet<>());
    gone.values().forEach(absent -> absent.remove(id));
    SimNode node =
        new SimNode(
            SimNode.settings(id, epochs++, region, names.getOrDefault(id, ""), mesh, can),
            time,
            wire,
            skewMillis,
            rows,
            slots,
            new Random(random.nextLong()));
    nodes.put(id, node);
    spread();
    return node;
  }

  /** Ends a node without a word; the others are told later. */
  SimNode crash(String id) {
    SimNode node = nodes.remove(id);
    node.crash();
    wire.crash(id);
    time.at(
        time.now() + detection,
        () -> {
          if (!nodes.containsKey(id)) {
            gone.values().forEach(absent -> absent.add(id));
            spread();
          }
        });
    return node;
  }

  /** Cuts the network; gossip declares the other side dead after a while. */
  void partition(BiPredicate<String, String> cut) {
    wire.cut(cut);
    time.at(
        time.now() + detection,
        () -> {
          for (String a : nodes.keySet()) {
            for (String b : nodes.keySet()) {
              if (cut.test(a, b) && isStillCut(cut)) {
                gone.get(a).add(b);
              }
            }
          }
          spread();
        });
    current = cut;
  }

  private BiPredicate<String, String> current;

  boolean isPartitioned() {
    return current != null;
  }

  private boolean isStillCut(BiPredicate<String, String> cut) {
    return current == cut;
  }

  /** Ends all cuts; gossip joins again within a second. */
  void heal() {
    wire.heal();
    current = null;
    time.at(
        time.now() + SECOND,
        () -> {
          if (current == null) {
            for (Set<String> absent : gone.values()) {
              absent.removeAll(nodes.keySet());
            }
            spread();
          }
        });
  }

  private void spread() {
    for (SimNode node : List.copyOf(nodes.values())) {
      time.at(time.now() + random.nextInt(200) * MILLI, () -> tell(node));
    }
  }

  private void tell(SimNode node) {
    if (node.isCrashed()) {
      return;
    }
    List<Member> members = new ArrayList<>();
    for (String id : new TreeMap<>(regions).keySet()) {
      boolean absent = gone.get(node.id()).contains(id) && !id.equals(node.id());
      members.add(
          new Member(
              id,
              NOWHERE,
              new MemberInfo(regions.get(id), "", id, "", capabilities.get(id)),
              absent ? MemberState.DEAD : MemberState.ALIVE,
              1,
              Instant.EPOCH));
    }
    node.view(new ClusterView(node.id(), members, node.id(), Map.of()));
  }

  TreeMap<String, SimNode> nodes() {
    return nodes;
  }

  String region(String id) {
    return regions.get(id);
  }

  void run(long nanos) {
    time.runUntil(time.now() + nanos);
  }

  /** Whether all running nodes have the same configuration and the same counters. */
  boolean converged() {
    SimNode first = nodes.firstEntry().getValue();
    List<Long> digest = first.configuration().digest();
    for (SimNode node : nodes.values()) {
      if (!node.configuration().digest().equals(digest)) {
        return false;
      }
    }
    Map<String, Long> slots = slots(first);
    for (SimNode node : nodes.values()) {
      if (!slots(node).equals(slots)) {
        return false;
      }
    }
    return true;
  }

  /** Where nodes differ from the first one, for a failure's message. */
  String difference() {
    SimNode first = nodes.firstEntry().getValue();
    StringBuilder text = new StringBuilder();
    for (SimNode node : nodes.values()) {
      slots(first)
          .forEach(
              (slot, value) -> {
                long its = slots(node).getOrDefault(slot, 0L);
                if (its != value) {
                  text.append(
                      "%n%s: %s is %d, %s has %d"
                          .formatted(node.id(), slot, its, first.id(), value));
                }
              });
      for (Change change : first.configuration().all()) {
        if (!node.configuration().find(null, change.id()).equals(java.util.Optional.of(change))) {
          text.append(
              "%n%s: %s is %s, %s has %s"
                  .formatted(
                      node.id(),
                      change.id(),
                      node.configuration().find(null, change.id()),
                      first.id(),
                      change));
        }
      }
      text.append(
          "%n%s %s/%d sees %s"
              .formatted(node.id(), region(node.id()), node.epoch(), node.engine().state()));
    }
    return text.toString();
  }

  /** Slots that were added to by the test, by their names. */
  static Map<String, Long> slots(SimNode node) {
    Map<String, Long> values = new HashMap<>();
    for (Slot slot : node.ledger().changedSince(0, Integer.MAX_VALUE).slots()) {
      if (!slot.counter().startsWith("bifrost.")) {
        values.put(slot.counter() + " " + slot.node() + "/" + slot.epoch(), slot.value());
      }
    }
    return values;
  }

  /** The slots of a node, as its journal or a store keeps them. */
  static List<Slot> kept(SimNode node) {
    return node.ledger().changedSince(0, Integer.MAX_VALUE).slots().stream()
        .filter(slot -> !slot.counter().startsWith("bifrost."))
        .toList();
  }

  /** Runs until all are equal; how long it took, -1 when it did not come to that. */
  long converge(long within) {
    long start = time.now();
    return time.runUntil(this::converged, start + within) ? time.now() - start : -1;
  }
}
