package bifrost.sync.diagnosis.rules;

import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.api.cluster.Diagnosis.Port;
import bifrost.api.cluster.Finding.Severity;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.MemberState;
import bifrost.api.cluster.MemberSync;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Ports that are closed between members, with the direction. What is the same between all nodes of
 * two regions is one symptom: it is one rule of one firewall.
 */
final class PortRules {
  private PortRules() {}

  static List<Symptom> examine(Observation observation, Set<String> misplaced) {
    List<Member> members =
        observation.view().present().stream()
            .filter(member -> member.state() == MemberState.ALIVE)
            .filter(member -> !misplaced.contains(member.id()))
            .toList();
    Map<Group, List<Pair>> closed = new LinkedHashMap<>();
    for (Port port : Port.values()) {
      for (Member from : members) {
        for (Member to : members) {
          if (from != to) {
            look(observation.ports(), port, from, to, closed);
          }
        }
      }
    }
    List<Symptom> symptoms = new ArrayList<>();
    closed.forEach((group, pairs) -> symptoms.add(weighed(observation, group, pairs)));
    return symptoms;
  }

  /**
   * Whether the replication port of a member is known to be closed or of another kind from here.
   */
  static boolean explains(Reachability ports, String from, String to) {
    return ports.direction(from, to, Port.REPLICATION) == Outcome.CLOSED
        || ports.seen(from, to).replication().outcome() == Outcome.TLS_MISMATCH;
  }

  private static void look(
      Reachability ports, Port port, Member from, Member to, Map<Group, List<Pair>> closed) {
    if (ports.direction(from.id(), to.id(), port) != Outcome.CLOSED) {
      return;
    }
    Outcome back = ports.direction(to.id(), from.id(), port);
    if (back == Outcome.CLOSED && from.id().compareTo(to.id()) > 0) {
      return; // told once, from the smaller id
    }
    Group group = new Group(port, back, from.region(), to.region());
    closed.computeIfAbsent(group, key -> new ArrayList<>()).add(new Pair(from, to));
  }

  private static Symptom symptom(Group group, List<Pair> pairs) {
    boolean oneWay = group.back() == Outcome.OPEN;
    String port = name(group.port());
    String numbers =
        String.join(
            ", ",
            new TreeSet<>(pairs.stream().map(pair -> number(group.port(), pair.to())).toList()));
    String way =
        pairs.size() == 1
            ? "from %s to %s".formatted(pairs.get(0).from().id(), pairs.get(0).to().id())
            : "from %d nodes of region %s to region %s"
                .formatted(
                    pairs.stream().map(pair -> pair.from().id()).distinct().count(),
                    group.from(),
                    group.to());
    String direction =
        switch (group.back()) {
          case OPEN -> ", in that direction only";
          case CLOSED -> " and in the other direction too";
          default -> "; the other direction is not known";
        };
    List<String> evidence =
        pairs.stream()
            .map(
                pair ->
                    "%s -> %s (%s)"
                        .formatted(
                            pair.from().id(), pair.to().id(), where(group.port(), pair.to())))
            .toList();
    return Symptom.of(
        oneWay ? Fault.PORT_ONE_WAY : Fault.PORT_CLOSED,
        "%s %s -> %s".formatted(port, group.from(), group.to()),
        "%s port %s is closed %s%s.".formatted(port, numbers, way, direction),
        "tests fail: " + Addresses.few(evidence),
        "Allow %s to port %s from region %s to region %s%s, in firewalls, security groups and network policies. %s"
            .formatted(
                protocol(group.port()),
                numbers,
                group.from(),
                group.to(),
                oneWay ? "" : " and back",
                consequence(group.port())));
  }

  /** Replication goes by way of other members too: then nothing is lost but time. */
  private static Symptom weighed(Observation observation, Group group, List<Pair> pairs) {
    Symptom symptom = symptom(group, pairs);
    boolean goesOn =
        group.port() == Port.REPLICATION
            && observation.sync().isPresent()
            && observation.sync().get().values().stream()
                .noneMatch(sync -> sync.silent() || sync.path() == MemberSync.Path.NONE);
    return goesOn ? symptom.withSeverity(Severity.WARNING) : symptom;
  }

  private static String consequence(Port port) {
    return switch (port) {
      case GOSSIP_TCP -> "Until then nodes may be unable to join, and failures are noticed later.";
      case GOSSIP_UDP -> "Until then each probe falls back to TCP, and failures are noticed later.";
      case REPLICATION -> "Until then counters and changes of configuration may not arrive.";
    };
  }

  private static String name(Port port) {
    return switch (port) {
      case GOSSIP_TCP -> "gossip TCP";
      case GOSSIP_UDP -> "gossip UDP";
      case REPLICATION -> "replication TCP";
    };
  }

  private static String protocol(Port port) {
    return port == Port.GOSSIP_UDP ? "UDP" : "TCP";
  }

  private static String where(Port port, Member member) {
    return port == Port.REPLICATION
        ? member.info().grpcAddress()
        : Addresses.text(member.address());
  }

  private static String number(Port port, Member member) {
    String address = where(port, member);
    return address.substring(address.lastIndexOf(':') + 1);
  }

  private record Group(Port port, Outcome back, String from, String to) {}

  private record Pair(Member from, Member to) {}
}
