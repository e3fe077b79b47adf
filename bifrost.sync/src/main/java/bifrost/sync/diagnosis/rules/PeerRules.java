package bifrost.sync.diagnosis.rules;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.Finding.Severity;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.MemberState;
import bifrost.sync.membership.MeshInspection.Unreached;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Peers that are configured or discovered, and at whose address nobody answers. Each of them must
 * have been gone for a while: where pods restart one after the other, some peer is always away.
 */
final class PeerRules {
  private static final String DNS = "dns";

  /** In holding times; the finding itself takes one more. */
  private static final int PATIENCE = 2;

  private PeerRules() {}

  static List<Symptom> examine(Observation observation, Set<String> misplaced) {
    Map<String, List<Unreached>> byMethod = new TreeMap<>();
    List<Symptom> symptoms = new ArrayList<>();
    for (Unreached peer : observation.unreached()) {
      String address = Addresses.text(peer.address());
      if (peer.silent()
          || isRecent(observation, peer)
          || misplaced.contains(address)
          || isPresent(observation, peer)) {
        continue;
      }
      finder(observation, peer)
          .ifPresentOrElse(
              method -> byMethod.computeIfAbsent(method, key -> new ArrayList<>()).add(peer),
              () -> symptoms.add(configured(observation, peer, address)));
    }
    byMethod.forEach(
        (method, peers) ->
            symptoms.add(
                method.equals(DNS)
                    ? deadEntries(observation, peers)
                    : discovered(observation, method, peers)));
    return symptoms;
  }

  private static Symptom configured(Observation observation, Unreached peer, String address) {
    return severe(
        observation,
        Symptom.of(
            Fault.PEER_UNREACHABLE,
            address,
            "The configured peer at %s cannot be reached.".formatted(address),
            "%s, since %s".formatted(peer.cause(), Addresses.time(peer.since())),
            "Start the node there, open TCP and UDP of its gossip port, or take the address out of"
                + " cluster_config.peers."));
  }

  private static Symptom discovered(Observation observation, String method, List<Unreached> peers) {
    return severe(
        observation,
        Symptom.of(
            Fault.PEER_UNREACHABLE,
            method,
            "Discovery by %s finds %d nodes that cannot be reached."
                .formatted(method, peers.size()),
            describe(observation, peers),
            "Open TCP and UDP of the gossip port from this node to them. Registrations of nodes"
                + " that are gone end by themselves; if they stay, remove them from the backend."));
  }

  private static Symptom deadEntries(Observation observation, List<Unreached> peers) {
    return severe(
        observation,
        Symptom.of(
            Fault.DNS_DEAD_ENTRIES,
            DNS,
            "DNS names %d addresses at which no node answers.".formatted(peers.size()),
            describe(observation, peers),
            "If the pods are gone, take their records out of the zone (a headless service does it"
                + " by itself, after its TTL). If they run, open TCP and UDP of the gossip port to"
                + " them, or mend discovery.bind_port."));
  }

  private static String describe(Observation observation, List<Unreached> peers) {
    List<String> texts = new ArrayList<>();
    for (Unreached peer : peers) {
      texts.add(
          dead(observation, peer)
                  .map(
                      member ->
                          member.id() + " is dead since " + Addresses.time(member.since()) + ", ")
                  .orElse("")
              + peer.cause());
    }
    texts.sort(null);
    return Addresses.few(texts);
  }

  private static Symptom severe(Observation observation, Symptom symptom) {
    return observation.view().peers().isEmpty() ? symptom.withSeverity(Severity.ERROR) : symptom;
  }

  private static Optional<Member> dead(Observation observation, Unreached peer) {
    return observation.view().members().stream()
        .filter(member -> member.state() == MemberState.DEAD)
        .filter(member -> member.address().equals(peer.address()))
        .findFirst();
  }

  private static boolean isRecent(Observation observation, Unreached peer) {
    Duration gone = Duration.between(peer.since(), observation.at());
    return gone.compareTo(observation.local().hold().multipliedBy(PATIENCE)) < 0;
  }

  private static boolean isPresent(Observation observation, Unreached peer) {
    return observation.view().present().stream()
        .anyMatch(member -> member.address().equals(peer.address()));
  }

  /** The method that found a peer; empty for one that is configured. */
  private static Optional<String> finder(Observation observation, Unreached peer) {
    return observation.discoveries().stream()
        .filter(state -> state.candidates().stream().anyMatch(c -> isAt(c, peer)))
        .map(DiscoveryState::method)
        .sorted()
        .findFirst();
  }

  private static boolean isAt(Candidate candidate, Unreached peer) {
    return candidate.port() == peer.address().getPort()
        && Addresses.literal(candidate.host())
            .map(peer.address().getAddress()::equals)
            .orElseGet(() -> candidate.host().equals(peer.address().getHostString()));
  }
}
