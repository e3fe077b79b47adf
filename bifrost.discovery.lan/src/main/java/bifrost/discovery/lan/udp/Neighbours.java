package bifrost.discovery.lan.udp;

import bifrost.api.cluster.Candidate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who was heard. A node is forgotten when it was silent for three intervals up to the moment at
 * which this node last heard itself: a node that hears nothing at all forgets nobody. For one
 * thread.
 */
final class Neighbours {
  private static final int MAX_NODES = 4_096;
  private static final int MAX_OTHERS = 32;
  private static final int MAX_SOURCES = 256;
  private static final int SILENT_INTERVALS = 3;

  private final String serviceName;
  private final String nodeId;
  private final long silenceNanos;
  private final Map<String, Entry> nodes = new HashMap<>();
  private final Map<String, Long> others = new TreeMap<>();
  private final Map<String, Long> unusable = new HashMap<>();
  private boolean heardItself;
  private long lastItself;

  private record Entry(Beacon beacon, long heard) {}

  Neighbours(String serviceName, String nodeId, long intervalNanos) {
    this.serviceName = serviceName;
    this.nodeId = nodeId;
    this.silenceNanos = SILENT_INTERVALS * intervalNanos;
  }

  /** Takes a datagram; returns whether a node is there that was not. */
  boolean heard(Beacon.Read read, long now) {
    return switch (read) {
      case Beacon.Read.Heard(var beacon) -> heard(beacon, now);
      case Beacon.Read.Unusable(var service, var why) -> {
        if (service.equals(serviceName) && unusable.size() < MAX_SOURCES) {
          unusable.put(why, now);
        }
        yield false;
      }
      case Beacon.Read.Noise() -> false;
    };
  }

  private boolean heard(Beacon beacon, long now) {
    if (!beacon.serviceName().equals(serviceName)) {
      if (others.containsKey(beacon.serviceName()) || others.size() < MAX_OTHERS) {
        others.put(beacon.serviceName(), now);
      }
      return false;
    }
    String id = beacon.node().nodeId();
    Entry known = nodes.get(id);
    boolean isOld =
        known != null
            && known.beacon().session() > beacon.session()
            && now - known.heard() < silenceNanos;
    if (isOld) {
      return false;
    }
    if (beacon.leaves()) {
      nodes.remove(id);
      return false;
    }
    if (known == null && nodes.size() >= MAX_NODES) {
      return false;
    }
    nodes.put(id, new Entry(beacon, now));
    if (id.equals(nodeId)) {
      heardItself = true;
      lastItself = now;
    }
    return known == null;
  }

  /** Whether this node heard itself within the last three intervals. */
  boolean hearsItself(long now) {
    return heardItself && now - lastItself <= silenceNanos;
  }

  /** Forgets who has been silent for too long. */
  void forget() {
    nodes.values().removeIf(entry -> lastItself - entry.heard() > silenceNanos);
    others.values().removeIf(heard -> lastItself - heard > silenceNanos);
    unusable.values().removeIf(heard -> lastItself - heard > silenceNanos);
  }

  Set<Candidate> candidates() {
    Set<Candidate> candidates = new HashSet<>();
    nodes.values().forEach(entry -> candidates.add(entry.beacon().candidate()));
    return candidates;
  }

  /** The names of other clusters in this network. */
  Set<String> others() {
    return Set.copyOf(others.keySet());
  }

  /** How many kinds of beacons of this cluster cannot be used. */
  int unusable() {
    return unusable.size();
  }

  /** What is wrong with one of them; empty when there is none. */
  String example() {
    return unusable.keySet().stream().findFirst().orElse("");
  }
}
