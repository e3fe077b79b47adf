package bifrost.discovery.etcd;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import bifrost.api.cluster.PeerDiscovery.Observer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The nodes that stand in etcd as far as they are known here; bounded. For one thread. */
final class EtcdEntries {
  /** How many nodes are kept. */
  static final int MAX_NODES = 4_096;

  /** How many entries that are none are remembered, so that nodes are found among them. */
  static final int MAX_MALFORMED = 32_768;

  private static final int MAX_KEY = 80;

  private final int defaultPort;
  private final Map<String, Candidate> nodes = new HashMap<>();
  private final Set<String> malformed = new HashSet<>();
  private String example = "";
  private boolean complete = true;

  EtcdEntries(int defaultPort) {
    this.defaultPort = defaultPort;
  }

  /** Forgets everything. */
  void clear() {
    nodes.clear();
    malformed.clear();
    example = "";
    complete = true;
  }

  boolean isFull() {
    return nodes.size() >= MAX_NODES || malformed.size() >= MAX_MALFORMED;
  }

  /** Whether the server, having so many, has as many as are known here. */
  boolean agrees(long count) {
    return !complete || count == nodes.size() + malformed.size();
  }

  /** Notes that there are entries that were not read. */
  void cutOff() {
    complete = false;
  }

  void put(String key, byte[] value) {
    remove(key);
    if (isFull()) {
      complete = false;
      return;
    }
    try {
      nodes.put(key, EtcdEntry.read(key, value, defaultPort));
    } catch (IllegalArgumentException e) {
      complete &= malformed.add(cut(key));
      example = e.getMessage();
    }
  }

  void remove(String key) {
    if (nodes.remove(key) == null) {
      malformed.remove(cut(key));
    }
  }

  /** Whether a node is there; unknown where not all was read. */
  boolean has(String key) {
    return nodes.containsKey(key);
  }

  /**
   * Tells what is known.
   *
   * @param failure why it is only a part, where the caller knows one
   */
  void report(Observer observer, Optional<DiscoveryFailure> failure, String prefix) {
    observer.malformed(malformed.size(), malformed.isEmpty() ? "" : example);
    Optional<DiscoveryFailure> part =
        failure.or(() -> complete ? Optional.empty() : Optional.of(tooMany(prefix)));
    if (part.isEmpty()) {
      observer.found(new HashSet<>(nodes.values()));
    } else {
      observer.foundInPart(new HashSet<>(nodes.values()), part.get());
    }
  }

  private static DiscoveryFailure tooMany(String prefix) {
    return new DiscoveryFailure(
        Reason.INVALID_ANSWER,
        "there are more entries under %s than the %d nodes that are read; delete those that are none"
            .formatted(prefix, MAX_NODES));
  }

  private static String cut(String key) {
    return key.length() > MAX_KEY ? key.substring(0, MAX_KEY) : key;
  }
}
