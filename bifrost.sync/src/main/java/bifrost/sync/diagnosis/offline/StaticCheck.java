package bifrost.sync.diagnosis.offline;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.Finding.Severity;
import bifrost.sync.diagnosis.rules.Addresses;
import bifrost.sync.diagnosis.rules.Fault;
import bifrost.sync.diagnosis.rules.Symptom;
import bifrost.sync.membership.HostPort;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the file alone shows. */
final class StaticCheck {
  private static final Set<String> REGIONAL = Set.of("kubernetes", "udp", "mdns");
  private static final int GOSSIP = 10101;

  private StaticCheck() {}

  static List<Symptom> check(MeshProperties membership, String type) {
    List<Symptom> symptoms = new ArrayList<>();
    List<String> regions = membership.texts("expected_regions");
    List<Candidate> peers = membership.addresses("peers", GOSSIP);
    if (type.isEmpty() && peers.isEmpty()) {
      symptoms.add(
          Symptom.of(
              Fault.DISCOVERY_OFF,
              "",
              "Discovery is off, and no peers are configured: this node stays alone.",
              "cluster_config.discovery.enabled is not true; cluster_config.peers is empty",
              "Set cluster_config.discovery.enabled and its type, or name a node in"
                  + " cluster_config.peers."));
    }
    if (REGIONAL.contains(type) && regions.size() > 1) {
      Symptom scope =
          Symptom.of(
              Fault.DISCOVERY_SCOPE,
              type,
              "Discovery by %s sees only its own region, and %d regions are expected."
                  .formatted(type, regions.size()),
              "expected_regions %s; configured peers: %d".formatted(regions, peers.size()),
              "Use etcd, consul or dns as cluster_config.discovery.type, or name one node of each"
                  + " other region in cluster_config.peers.");
      symptoms.add(peers.isEmpty() ? scope : scope.withSeverity(Severity.WARNING));
    }
    Candidate advertised = HostPort.parse(membership.text("advertise_address"), GOSSIP);
    boolean loopback =
        isLoopback(advertised == null ? membership.text("bind_address") : advertised.host());
    boolean elsewhere = peers.stream().anyMatch(peer -> !isLoopback(peer.host()));
    if (loopback && elsewhere) {
      symptoms.add(
          Symptom.of(
              Fault.ADVERTISE_ADDRESS,
              membership.text("node_id"),
              "This node would tell the others to reach it at a loopback address.",
              "advertise_address '%s', bind_address '%s'; peers are elsewhere"
                  .formatted(membership.text("advertise_address"), membership.text("bind_address")),
              "Set cluster_config.gossip.advertise_address to an address that every other node"
                  + " reaches."));
    }
    return symptoms;
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || Addresses.literal(host).map(InetAddress::isLoopbackAddress).orElse(false);
  }
}
