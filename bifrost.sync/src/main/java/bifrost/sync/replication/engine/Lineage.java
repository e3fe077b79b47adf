package bifrost.sync.replication.engine;

import bifrost.api.snapshot.Version;
import bifrost.sync.replication.engine.ChangeLog.Key;
import bifrost.sync.replication.message.Bounds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which versions the writers of the newest version of an entity had seen, as far as it is known: by
 * it a concurrent edit is told from a later one. Safe for any thread; bounded.
 */
final class Lineage {
  private static final int MOST = 100_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Key, Line> lines =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Line> eldest) {
          return size() > MOST;
        }
      };

  private record Line(Version version, List<Version> replaced) {}

  /** Notes a write of this node upon another version. */
  void wrote(Key key, Version version, Version before) {
    lock.lock();
    try {
      Line line = lines.get(key);
      List<Version> replaced = new ArrayList<>();
      replaced.add(before);
      if (line != null && line.version().equals(before)) {
        replaced.addAll(line.replaced());
      }
      take(key, version, replaced);
    } finally {
      lock.unlock();
    }
  }

  /** Notes a version of others with what they had seen. */
  void took(Key key, Version version, List<Version> replaced) {
    lock.lock();
    try {
      take(key, version, replaced);
    } finally {
      lock.unlock();
    }
  }

  private void take(Key key, Version version, List<Version> replaced) {
    Line known = lines.get(key);
    if (known == null || version.isAfter(known.version())) {
      lines.put(
          key,
          new Line(
              version,
              List.copyOf(replaced.subList(0, Math.min(replaced.size(), Bounds.MAX_REPLACED)))));
    }
  }

  /** What the writers of a version had seen, the newest first; empty when that is not known. */
  List<Version> replaced(Key key, Version version) {
    lock.lock();
    try {
      Line line = lines.get(key);
      return line != null && line.version().equals(version) ? line.replaced() : List.of();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether a version that lost was written without the winner's writers knowing of it.
   *
   * @param replaced what the winner's writers had seen
   */
  static boolean isConcurrent(Version loser, List<Version> replaced) {
    return !replaced.isEmpty()
        && !replaced.contains(loser)
        && loser.isAfter(replaced.getLast())
        && !loser.equals(Version.NEVER);
  }
}
