package bifrost.sync.diagnosis.rules;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.ClusterView;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.MemberSync;
import bifrost.sync.membership.MeshInspection.NameConflict;
import bifrost.sync.membership.MeshInspection.Stranger;
import bifrost.sync.membership.MeshInspection.Unreached;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that one node knows of its cluster at one moment; what the rules read, and nothing else.
 *
 * @param at the moment
 * @param local this node and what it is configured to expect
 * @param discoveries what each discovery service reports
 * @param view the members
 * @param unreached configured and discovered peers that could not be reached
 * @param strangers who sends what is dropped
 * @param conflicts node ids that two nodes use
 * @param ports how the members' ports look from each other
 * @param services member to the service names by discovery method that it looks under
 * @param clocks member to how far its clock is from this node's
 * @param sync member to the state of replication with it; empty where replication does not run
 */
public record Observation(
    Instant at,
    Local local,
    List<DiscoveryState> discoveries,
    ClusterView view,
    List<Unreached> unreached,
    List<Stranger> strangers,
    List<NameConflict> conflicts,
    Reachability ports,
    Map<String, Map<String, String>> services,
    Map<String, ClockOffset> clocks,
    Optional<Map<String, MemberSync>> sync) {

  /**
   * This node.
   *
   * @param nodeId its id
   * @param region its region
   * @param advertised where the others are told to reach it
   * @param encrypted whether it has a gossip key
   * @param peers the configured peers
   * @param expectedRegions the regions that the cluster must have; none when it is not said
   * @param discoveryType the configured method; empty when discovery is off
   * @param hold how long a fault must last before it is reported
   */
  public record Local(
      String nodeId,
      String region,
      InetSocketAddress advertised,
      boolean encrypted,
      List<Candidate> peers,
      List<String> expectedRegions,
      String discoveryType,
      Duration hold) {}

  /**
   * How far another clock is from this node's: at least this much, whatever the way there took.
   *
   * @param ahead by how much the other is ahead; negative when it is behind
   * @param uncertainty half of the round trip
   */
  public record ClockOffset(Duration ahead, Duration uncertainty) {
    /** The part of the difference that is certain. */
    Duration certain() {
      Duration certain = ahead.abs().minus(uncertainty);
      return certain.isNegative() ? Duration.ZERO : certain;
    }
  }

  /** The regions that have a present member. */
  Set<String> regions() {
    return view.present().stream()
        .map(Member::region)
        .collect(java.util.stream.Collectors.toUnmodifiableSet());
  }

  /** The candidates of a discovery service that are not this node itself. */
  List<Candidate> others(DiscoveryState state) {
    return state.candidates().stream()
        .filter(candidate -> !isSelf(candidate))
        .sorted(java.util.Comparator.comparing(Candidate::address))
        .toList();
  }

  /** The expected regions that have no present member. */
  List<String> missingRegions() {
    return local.expectedRegions().stream().filter(region -> !regions().contains(region)).toList();
  }

  private boolean isSelf(Candidate candidate) {
    return candidate.nodeId().equals(Optional.of(local.nodeId()))
        || candidate.port() == local.advertised().getPort()
            && candidate.host().equals(local.advertised().getAddress().getHostAddress());
  }
}
