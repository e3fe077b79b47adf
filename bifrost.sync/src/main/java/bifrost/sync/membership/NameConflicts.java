package bifrost.sync.membership;

import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node ids that two nodes were heard to use; any thread. */
final class NameConflicts {
  private static final Logger LOG = LoggerFactory.getLogger(NameConflicts.class);
  private static final int MAX = 64;

  /** Two claims that are farther apart are two stories. */
  private static final Duration PAUSE = Duration.ofMinutes(3);

  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, MeshInspection.NameConflict> conflicts =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, MeshInspection.NameConflict> eldest) {
          return size() > MAX;
        }
      };

  NameConflicts(Clock clock) {
    this.clock = clock;
  }

  /** A living member's id was claimed from another address. */
  void heard(String nodeId, InetSocketAddress known, InetSocketAddress other) {
    Instant now = clock.instant();
    MeshInspection.NameConflict before;
    lock.lock();
    try {
      String key = nodeId + other;
      before = conflicts.remove(key);
      boolean goesOn = before != null && before.last().plus(PAUSE).isAfter(now);
      conflicts.put(
          key,
          new MeshInspection.NameConflict(
              nodeId,
              known,
              other,
              goesOn ? before.count() + 1 : 1,
              goesOn ? before.first() : now,
              now));
    } finally {
      lock.unlock();
    }
    if (before == null) {
      LOG.warn(
          "{}: two nodes use this id, at {} and at {}; give each its own cluster_config.node_id",
          nodeId,
          known,
          other);
    }
  }

  /** The conflicts that were heard, the latest last. */
  List<MeshInspection.NameConflict> all() {
    lock.lock();
    try {
      return List.copyOf(conflicts.values());
    } finally {
      lock.unlock();
    }
  }
}
