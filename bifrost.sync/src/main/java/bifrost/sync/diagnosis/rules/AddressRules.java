package bifrost.sync.diagnosis.rules;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.MemberState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Members that tell the others an address at which they cannot be reached. */
final class AddressRules {
  private static final String FIX =
      "Set cluster_config.gossip.advertise_address of %s to an address that every other node"
          + " reaches, and open its gossip port there.";

  private AddressRules() {}

  static List<Symptom> examine(Observation observation) {
    List<Symptom> symptoms = new ArrayList<>();
    own(observation).ifPresent(symptoms::add);
    for (Member member : observation.view().members()) {
      if (!member.id().equals(observation.view().localId()) && member.state() != MemberState.LEFT) {
        member(observation, member).ifPresent(symptoms::add);
      }
    }
    for (DiscoveryState state : observation.discoveries()) {
      for (Candidate candidate : observation.others(state)) {
        candidate(observation, state, candidate).ifPresent(symptoms::add);
      }
    }
    return symptoms;
  }

  /** Whom or what the symptoms are about: ids of members, addresses of candidates. */
  static Set<String> subjects(List<Symptom> symptoms) {
    return symptoms.stream().map(Symptom::subject).collect(Collectors.toSet());
  }

  private static Optional<Symptom> own(Observation observation) {
    InetSocketAddress advertised = observation.local().advertised();
    String self = observation.local().nodeId();
    Optional<String> elsewhere = elsewhere(observation);
    if (advertised.getAddress().isLoopbackAddress() && elsewhere.isPresent()) {
      return Optional.of(
          Symptom.of(
              Fault.ADVERTISE_ADDRESS,
              self,
              "This node tells the others to reach it at a loopback address.",
              "it advertises %s; others are at %s"
                  .formatted(Addresses.text(advertised), elsewhere.get()),
              FIX.formatted("this node")));
    }
    if (!Addresses.isPrivate(advertised.getAddress())) {
      return Optional.empty();
    }
    List<String> locked =
        observation.view().peers().stream()
            .filter(peer -> !peer.region().equals(observation.local().region()))
            .filter(peer -> isDark(observation, peer.id(), self))
            .map(Member::id)
            .toList();
    return locked.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Symptom.of(
                Fault.ADVERTISE_ADDRESS,
                self,
                "This node advertises a private address that other regions cannot reach.",
                "it advertises %s; no port answers to %s"
                    .formatted(Addresses.text(advertised), Addresses.few(locked)),
                FIX.formatted("this node")));
  }

  private static Optional<Symptom> member(Observation observation, Member member) {
    InetAddress address = member.address().getAddress();
    if (address.isLoopbackAddress()
        && !observation.local().advertised().getAddress().isLoopbackAddress()) {
      return Optional.of(
          Symptom.of(
              Fault.ADVERTISE_ADDRESS,
              member.id(),
              "%s tells the others to reach it at a loopback address.".formatted(member.id()),
              "it advertises %s; this node advertises %s"
                  .formatted(
                      Addresses.text(member.address()),
                      Addresses.text(observation.local().advertised())),
              FIX.formatted(member.id())));
    }
    boolean dark =
        !member.region().equals(observation.local().region())
            && Addresses.isPrivate(address)
            && isDark(observation, observation.local().nodeId(), member.id());
    return dark
        ? Optional.of(
            unreachable(
                member.id(),
                member.id(),
                member.region(),
                Addresses.text(member.address()),
                observation))
        : Optional.empty();
  }

  private static Optional<Symptom> candidate(
      Observation observation, DiscoveryState state, Candidate candidate) {
    Optional<InetAddress> address = Addresses.literal(candidate.host());
    String region = candidate.region().orElse(observation.local().region());
    if (address.isEmpty() || !isUnreached(observation, address.get(), candidate.port())) {
      return Optional.empty();
    }
    String name = candidate.nodeId().orElse("the node at " + candidate.address());
    if (address.get().isLoopbackAddress()
        && !observation.local().advertised().getAddress().isLoopbackAddress()) {
      return Optional.of(
          Symptom.of(
              Fault.ADVERTISE_ADDRESS,
              candidate.address(),
              "%s is registered in %s with a loopback address.".formatted(name, state.method()),
              "candidate %s cannot be reached".formatted(candidate.address()),
              FIX.formatted(name)));
    }
    return Addresses.isPrivate(address.get()) && !region.equals(observation.local().region())
        ? Optional.of(
            unreachable(candidate.address(), name, region, candidate.address(), observation))
        : Optional.empty();
  }

  private static Symptom unreachable(
      String subject, String name, String region, String address, Observation observation) {
    return Symptom.of(
        Fault.ADVERTISE_ADDRESS,
        subject,
        "%s of region %s advertises a private address that this region cannot reach."
            .formatted(name, region),
        "%s answers on no port from region %s".formatted(address, observation.local().region()),
        FIX.formatted(name) + " If the regions' networks are joined, mend the route between them.");
  }

  private static boolean isUnreached(Observation observation, InetAddress address, int port) {
    return observation.unreached().stream()
        .anyMatch(
            peer -> !peer.silent() && peer.address().equals(new InetSocketAddress(address, port)));
  }

  /**
   * Whether no port of a member answers to another one; an open one says that the address is right.
   */
  private static boolean isDark(Observation observation, String from, String to) {
    Reachability.Seen seen = observation.ports().seen(from, to);
    return seen.tcp().outcome() == Outcome.CLOSED
        && seen.tcp().failed()
        && seen.udp().outcome() != Outcome.OPEN
        && seen.replication().outcome() != Outcome.OPEN
        && observation.ports().seen(to, from).heard() != Reachability.Heard.YES;
  }

  /** Some address of another node that is not loopback. */
  private static Optional<String> elsewhere(Observation observation) {
    Set<String> all = new HashSet<>();
    observation.view().peers().stream()
        .map(peer -> peer.address().getAddress())
        .filter(address -> !address.isLoopbackAddress())
        .forEach(address -> all.add(address.getHostAddress()));
    Stream.concat(
            observation.local().peers().stream(),
            observation.discoveries().stream().flatMap(state -> observation.others(state).stream()))
        .flatMap(candidate -> Addresses.literal(candidate.host()).stream())
        .filter(address -> !address.isLoopbackAddress())
        .forEach(address -> all.add(address.getHostAddress()));
    return all.stream().sorted().findFirst();
  }
}
