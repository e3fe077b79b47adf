package bifrost.sync.replication.engine;

import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The order in which entities have changed on this node since it started, each at its newest change
 * only. Bounded: what is older than the floor must be found by comparing digests. The owner's.
 */
final class ChangeLog {
  private static final int MOST = 100_000;

  private final TreeMap<Long, Entry> order = new TreeMap<>();
  private final Map<Key, Long> positions = new HashMap<>();

  /** Position 0 stands for nothing: what was loaded at the start is not in the log. */
  private long head = 1;

  private long floor = 1;

  /** An entity. */
  record Key(EntityType type, String id) {}

  /** A change that is in the log. */
  record Entry(long position, Key key, Version version) {}

  /**
   * Notes a change.
   *
   * @return whether it was not known, nor a newer one
   */
  boolean append(Key key, Version version) {
    Long known = positions.get(key);
    if (known != null) {
      if (!version.isAfter(order.get(known).version())) {
        return false;
      }
      order.remove(known);
    }
    order.put(++head, new Entry(head, key, version));
    positions.put(key, head);
    if (order.size() > MOST) {
      Entry oldest = order.pollFirstEntry().getValue();
      positions.remove(oldest.key());
      floor = oldest.position();
    }
    return true;
  }

  /** The position of the newest change. */
  long head() {
    return head;
  }

  /** Positions before this one are no longer known. */
  long floor() {
    return floor;
  }

  /** Where the newest change of an entity stands; the floor when it is not known. */
  long position(Key key) {
    return positions.getOrDefault(key, floor);
  }

  /** The changes after a position, the oldest first. */
  List<Entry> since(long position, int limit) {
    List<Entry> entries = new ArrayList<>();
    for (Entry entry : order.tailMap(position, false).values()) {
      if (entries.size() == limit) {
        break;
      }
      entries.add(entry);
    }
    return entries;
  }
}
