package bifrost.runtime.config;

import bifrost.runtime.config.json.Fields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The object {@code cluster_config.hard_budget_shares}: a weight for each node, of which follows
 * what part of every hard budget it may spend. Parts are rounded down, so that they come to one at
 * most.
 */
final class HardBudgetShares {
  private static final String PID = "bifrost.governance";
  private static final long WHOLE = 1_000_000;
  private static final int MOST_NODES = 1_000;

  private HardBudgetShares() {}

  /**
   * Reads it, and sets this node's part as a property of the governor.
   *
   * @param nodeId this node's id, where it is set
   */
  static void read(
      Fields shares, Optional<String> nodeId, Map<String, Map<String, Object>> plugins) {
    Map<String, Long> weights = new LinkedHashMap<>();
    long sum = 0;
    for (String node : shares.raw().keySet()) {
      if (!Ids.isNode(node)) {
        shares.refuse(node, "is no node id: 1 to 64 letters, digits or . _ -");
      }
      long weight = shares.whole(node, 0, WHOLE).orElse(0);
      weights.put(node, weight);
      sum += weight;
    }
    shares.end();
    if (weights.size() > MOST_NODES) {
      shares.refuse("", "names %d nodes, at most %d".formatted(weights.size(), MOST_NODES));
    } else if (sum == 0) {
      shares.refuse("", "gives nobody anything: write {\"NODE_ID\": 1, ...} with every node");
    } else if (nodeId.isEmpty()) {
      shares.refuse("", "needs cluster_config.node_id, to know which of them this node is");
    } else {
      plugins
          .computeIfAbsent(PID, pid -> new LinkedHashMap<>())
          .put("hard_budget_share", weights.getOrDefault(nodeId.get(), 0L) * WHOLE / sum);
    }
  }
}
