package bifrost.sync.replication.engine;

import bifrost.sync.replication.message.Mark;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * From whom this node wants whose writes. Each origin is asked of one peer where one suffices:
 *
 * <ul>
 *   <li>a node of this region: of itself; without a link to it, of the peer that has got farthest
 *       with it;
 *   <li>another region: of its relay, if this node is the one of its region that carries it; else
 *       of the peer in this region that does; else, when no relay can be reached, of a relay of a
 *       third region that says it gets that region directly.
 * </ul>
 *
 * Of the relays of a region that have a link, the one with the smallest id carries; the others see
 * it in its heartbeats, and take over when those or the link end.
 */
final class Subscriptions {
  private final Topology topology;
  private final TreeMap<String, Session> linked = new TreeMap<>();
  private final Map<String, Wanted> plan = new HashMap<>();
  private final Set<String> direct = new TreeSet<>();
  private final Set<String> carried = new TreeSet<>();

  /** What is wanted of one peer. */
  record Wanted(Set<String> nodes, Set<String> regions) {
    private Wanted() {
      this(new HashSet<>(), new HashSet<>());
    }
  }

  Subscriptions(
      Topology topology, Collection<Session> sessions, Coverage coverage, ProgressTable progress) {
    this.topology = topology;
    for (Session session : sessions) {
      linked.put(session.peer(), session);
      plan.put(session.peer(), new Wanted());
    }
    near(coverage, progress);
    if (!topology.mesh()) {
      topology.present().keySet().stream()
          .filter(region -> !region.equals(topology.region()))
          .forEach(this::far);
    }
    forgotten();
  }

  /** What is wanted of each peer. */
  Map<String, Wanted> plan() {
    return plan;
  }

  /** Regions that this node gets directly. */
  Set<String> direct() {
    return direct;
  }

  /** Regions that others of this node's region may have from it. */
  Set<String> carried() {
    return carried;
  }

  private void near(Coverage coverage, ProgressTable progress) {
    for (String origin : topology.regions().keySet()) {
      if (origin.equals(topology.self()) || !topology.isNear(origin)) {
        continue;
      }
      if (linked.containsKey(origin)) {
        plan.get(origin).nodes().add(origin);
      } else {
        String best = farthest(origin, coverage, progress);
        if (best != null) {
          plan.get(best).nodes().add(origin);
        }
      }
    }
  }

  /** The linked peer nearby that has got farthest with an origin, farther than this node. */
  private String farthest(String origin, Coverage coverage, ProgressTable progress) {
    String best = null;
    Mark most = coverage.of(origin);
    for (String peer : linked.keySet()) {
      Mark mark = topology.isNear(peer) ? progress.mark(peer, origin) : null;
      if (mark != null && (most == null || !most.covers(mark))) {
        best = peer;
        most = mark;
      }
    }
    return best;
  }

  private void far(String region) {
    String carrier = null;
    String relay = null;
    String third = null;
    for (Session session : linked.values()) {
      String its = topology.regions().get(session.peer());
      if (region.equals(its)) {
        relay = relay == null ? session.peer() : relay;
      } else if (topology.region().equals(its)) {
        carrier = carrier == null && session.carries.contains(region) ? session.peer() : carrier;
      } else if (session.carries.contains(region)) {
        third = third == null ? session.peer() : third;
      }
    }
    boolean outranked = carrier != null && carrier.compareTo(topology.self()) < 0;
    if (relay != null && !outranked) {
      plan.get(relay).regions().add(region);
      direct.add(region);
      carried.add(region);
    } else if (carrier != null) {
      plan.get(carrier).regions().add(region);
    } else if (third != null) {
      plan.get(third).regions().add(region);
      carried.add(region);
    }
  }

  /** What nobody knows any more is asked of two peers nearby, and of each region carried. */
  private void forgotten() {
    linked.keySet().stream()
        .filter(topology::isNear)
        .limit(2)
        .forEach(peer -> plan.get(peer).regions().add(Interest.FORGOTTEN));
    plan.forEach(
        (peer, wanted) -> {
          if (!topology.isNear(peer) && !wanted.regions().isEmpty()) {
            wanted.regions().add(Interest.FORGOTTEN);
          }
        });
  }
}
