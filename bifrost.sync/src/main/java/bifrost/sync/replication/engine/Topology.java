package bifrost.sync.replication.engine;

import bifrost.api.cluster.ClusterView;
import bifrost.api.cluster.Member;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which members keep links to which: all within a region; between regions the relays of each, which
 * are its present members with the smallest ids. Arithmetic only.
 *
 * @param self this node's id
 * @param region this node's region
 * @param mesh whether all members keep links to all
 * @param regions region of each member that is known, gone ones among them
 * @param present region to the ids of its present members, sorted
 * @param addresses where each present member says that its replication is reached
 * @param links the members that this node keeps a link to, with their addresses
 */
record Topology(
    String self,
    String region,
    boolean mesh,
    Map<String, String> regions,
    Map<String, List<String>> present,
    Map<String, String> addresses,
    Map<String, String> links) {

  /** Before anything is known of others. */
  static Topology alone(EngineSettings settings) {
    return new Topology(
        settings.node(),
        settings.region(),
        settings.mesh(),
        Map.of(settings.node(), settings.region()),
        Map.of(settings.region(), List.of(settings.node())),
        Map.of(),
        Map.of());
  }

  /** Of a view. */
  static Topology of(ClusterView view, EngineSettings settings) {
    Map<String, String> regions = new TreeMap<>();
    Map<String, List<String>> present = new TreeMap<>();
    Map<String, String> addresses = new TreeMap<>();
    for (Member member : view.members()) {
      regions.put(member.id(), member.region());
      if (member.state().isPresent()) {
        addresses.put(member.id(), member.info().grpcAddress());
        present
            .computeIfAbsent(member.region(), name -> new java.util.ArrayList<>())
            .add(member.id());
      }
    }
    present.values().forEach(ids -> ids.sort(null));
    String own = settings.region();
    Set<String> wanted = new TreeSet<>(present.getOrDefault(own, List.of()));
    boolean relay =
        present.getOrDefault(own, List.of()).stream()
            .limit(settings.relays())
            .anyMatch(settings.node()::equals);
    present.forEach(
        (name, ids) -> {
          if (!name.equals(own) && settings.mesh()) {
            wanted.addAll(ids);
          } else if (!name.equals(own) && relay) {
            ids.stream().limit(settings.relays()).forEach(wanted::add);
          }
        });
    wanted.remove(settings.node());
    Map<String, String> links = new TreeMap<>(addresses);
    links.keySet().retainAll(wanted);
    return new Topology(settings.node(), own, settings.mesh(), regions, present, addresses, links);
  }

  /** Whether a member is present. */
  boolean isPresent(String node) {
    String its = regions.get(node);
    return its != null && present.getOrDefault(its, List.of()).contains(node);
  }

  /** Where a member says that its replication is reached; empty when it does not say. */
  String address(String node) {
    return addresses.getOrDefault(node, "");
  }

  /** Whether a node's writes come over a link to it, when there is one. */
  boolean isNear(String node) {
    return mesh || region.equals(regions.get(node));
  }

  /** Whether all that were present before still are. */
  boolean hasAllOf(Topology before) {
    return before.present().values().stream().flatMap(List::stream).allMatch(this::isPresent);
  }
}
