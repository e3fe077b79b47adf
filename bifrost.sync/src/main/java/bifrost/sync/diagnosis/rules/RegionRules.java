package bifrost.sync.diagnosis.rules;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.PeerDiscovery;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Regions that are expected and not there, and the other way round. */
final class RegionRules {
  private RegionRules() {}

  static List<Symptom> examine(Observation observation) {
    List<Symptom> symptoms = new ArrayList<>();
    for (String region : observation.missingRegions()) {
      symptoms.add(missing(observation, region));
    }
    if (!observation.local().expectedRegions().isEmpty()) {
      for (String region : new TreeSet<>(observation.regions())) {
        if (!observation.local().expectedRegions().contains(region)) {
          symptoms.add(unexpected(observation, region));
        }
      }
    }
    return symptoms;
  }

  private static Symptom missing(Observation observation, String region) {
    List<String> gone =
        observation.view().members().stream()
            .filter(member -> member.region().equals(region))
            .map(member -> member.id() + " " + member.state().name().toLowerCase(Locale.ROOT))
            .toList();
    List<String> found = foundIn(observation, region);
    List<DiscoveryState> states = observation.discoveries();
    if (!gone.isEmpty()) {
      return symptom(
          observation,
          region,
          "all its known nodes are gone.",
          Addresses.few(gone),
          "Start its nodes, or look at the network between the regions: TCP and UDP of the gossip"
              + " port must be open both ways.");
    }
    if (!found.isEmpty()) {
      return symptom(
          observation,
          region,
          "discovery finds its nodes, and none could be joined.",
          Addresses.few(found),
          "See the findings on these addresses: a closed port, another key, or an address that"
              + " cannot be reached from here.");
    }
    if (observation.local().discoveryType().isEmpty() && states.isEmpty()) {
      return symptom(
          observation,
          region,
          "discovery is off, and no configured peer of that region has joined.",
          "configured peers: " + peers(observation),
          "Name a node of region %s in cluster_config.peers, or enable cluster_config.discovery."
              .formatted(region));
    }
    if (states.stream().allMatch(state -> state.scope() == PeerDiscovery.Scope.REGION)) {
      return symptom(
          observation,
          region,
          "discovery cannot see beyond this region.",
          "methods: " + methods(states),
          "Use etcd, consul or dns for discovery, or name a node of region %s in".formatted(region)
              + " cluster_config.peers.");
    }
    if (states.stream().anyMatch(state -> state.failure().isPresent())) {
      return symptom(
          observation,
          region,
          "discovery fails.",
          "methods: " + methods(states),
          "See the finding on discovery.");
    }
    return symptom(
        observation,
        region,
        "discovery works and finds no node there.",
        "methods: %s; regions with members: %s"
            .formatted(methods(states), new TreeSet<>(observation.regions())),
        "Start its nodes; if they run, compare service_name and region in their configuration with"
            + " this node's, and see that they use the same backend.");
  }

  private static Symptom symptom(
      Observation observation, String region, String cause, String evidence, String fix) {
    return Symptom.of(
        Fault.REGION_MISSING,
        region,
        "Region " + region + " has no member: " + cause,
        "expected_regions %s; %s".formatted(observation.local().expectedRegions(), evidence),
        fix);
  }

  private static List<String> foundIn(Observation observation, String region) {
    return observation.discoveries().stream()
        .flatMap(state -> observation.others(state).stream())
        .filter(candidate -> candidate.region().filter(region::equals).isPresent())
        .map(Candidate::address)
        .distinct()
        .toList();
  }

  private static String peers(Observation observation) {
    List<String> peers = observation.local().peers().stream().map(Candidate::address).toList();
    return peers.isEmpty() ? "none" : Addresses.few(peers);
  }

  static String methods(List<DiscoveryState> states) {
    return states.isEmpty()
        ? "none"
        : String.join(
            ", ",
            states.stream()
                .map(
                    state ->
                        state.method()
                            + " ("
                            + state
                                .failure()
                                .map(failure -> "fails: " + failure.cause())
                                .orElse(state.candidates().size() + " candidates")
                            + ")")
                .toList());
  }

  private static Symptom unexpected(Observation observation, String region) {
    List<String> members =
        observation.view().present().stream()
            .filter(member -> member.region().equals(region))
            .map(Member::id)
            .toList();
    return Symptom.of(
        Fault.REGION_UNEXPECTED,
        region,
        "Region %s has members and is not expected.".formatted(region),
        "members: %s; expected_regions %s"
            .formatted(Addresses.few(members), observation.local().expectedRegions()),
        "Add it to cluster_config.expected_regions of every node, or mend a misspelt"
            + " cluster_config.region of these members.");
  }
}
