package bifrost.api.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cluster as this node sees it at one moment; immutable.
 *
 * <p>The leader of the cluster, and of each region, is the present member (alive or suspect) with
 * the smallest id. Each node computes it for itself, so two sides of a partition have two. It only
 * saves work that may be done twice; correctness must never rest on it.
 *
 * @param localId the id of this node
 * @param members all known members with this node among them, sorted by id; dead ones and those who
 *     left stay until they are reaped
 * @param leader the id of the cluster's leader; this node alone is a cluster of one
 * @param regionLeaders region to the id of its leader
 */
public record ClusterView(
    String localId, List<Member> members, String leader, Map<String, String> regionLeaders) {
  /** Copies the collections. */
  public ClusterView {
    members = List.copyOf(members);
    regionLeaders = Map.copyOf(regionLeaders);
  }

  /** A member by its id. */
  public Optional<Member> member(String id) {
    return members.stream().filter(member -> member.id().equals(id)).findFirst();
  }

  /** This node. */
  public Member local() {
    return member(localId).orElseThrow();
  }

  /** The members that take part: alive or suspect, this node among them. */
  public List<Member> present() {
    return members.stream().filter(member -> member.state().isPresent()).toList();
  }

  /** The present members other than this node. */
  public List<Member> peers() {
    return members.stream()
        .filter(member -> member.state().isPresent() && !member.id().equals(localId))
        .toList();
  }

  /** Whether this node leads the cluster. */
  public boolean isLeader() {
    return leader.equals(localId);
  }

  /** Whether this node leads its region. */
  public boolean isRegionLeader() {
    return localId.equals(regionLeaders.get(local().region()));
  }
}
