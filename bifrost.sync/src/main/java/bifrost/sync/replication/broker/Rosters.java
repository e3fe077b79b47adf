package bifrost.sync.replication.broker;

import bifrost.sync.replication.broker.v1.BrokerWire.Node;
import bifrost.sync.replication.broker.v1.BrokerWire.Roster;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Who is at which broker, as each broker says. Safe for any thread. */
final class Rosters {
  private final Map<BrokerClient, Map<String, Node>> nodes = new ConcurrentHashMap<>();

  void put(BrokerClient client, Roster roster) {
    Map<String, Node> next = new TreeMap<>();
    for (Node node : roster.getNodesList()) {
      if (next.size() < BrokerCall.MAX_NODES && BrokerCall.isValid(node)) {
        next.put(node.getId(), node);
      }
    }
    nodes.put(client, next);
  }

  void remove(BrokerClient client) {
    nodes.remove(client);
  }

  boolean has(BrokerClient client, String node) {
    return nodes.getOrDefault(client, Map.of()).containsKey(node);
  }

  /** Whether any broker is there to ask. */
  boolean isKnown() {
    return !nodes.isEmpty();
  }

  /** How many brokers can be asked. */
  int brokers() {
    return nodes.size();
  }

  /** All nodes at any broker, each in its latest life. */
  Collection<Node> all() {
    Map<String, Node> all = new TreeMap<>();
    nodes
        .values()
        .forEach(
            each ->
                each.forEach(
                    (id, node) ->
                        all.merge(id, node, (a, b) -> a.getEpoch() >= b.getEpoch() ? a : b)));
    return all.values();
  }
}
