package bifrost.sync.replication.engine;

import bifrost.sync.replication.message.SyncMessage.Subscribe;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Whose writes a subscription is about. */
final class Interest {
  /** Among the regions of a subscription: the writes of nodes that nobody knows any more. */
  static final String FORGOTTEN = "*";

  private Interest() {}

  /**
   * Whether a subscriber wants what a node wrote.
   *
   * @param regions region of each node that is or was a member
   */
  static boolean covers(Subscribe wanted, String origin, Map<String, String> regions) {
    if (wanted.nodes().contains(origin)) {
      return true;
    }
    String region = regions.get(origin);
    return wanted.regions().contains(region == null ? FORGOTTEN : region);
  }

  /** Those of some origins that a subscriber wants. */
  static Set<String> origins(
      Subscribe wanted, Collection<String> known, Map<String, String> regions) {
    Set<String> origins = new HashSet<>();
    for (String origin : known) {
      if (regions.containsKey(origin) && covers(wanted, origin, regions)) {
        origins.add(origin);
      }
    }
    return origins;
  }
}
