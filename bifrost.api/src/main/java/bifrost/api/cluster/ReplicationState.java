package bifrost.api.cluster;

import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Version;
import java.time.Instant;
import java.util.List;

/**
 * How the exchange of counters and configuration goes, as one node sees it.
 *
 * @param topology {@code relay} or {@code mesh}
 * @param carries regions whose writes this node gets directly and passes on in its own
 * @param members one for each other present member, sorted by id
 * @param conflicts the last concurrent edits that were overruled, the newest first, at most 100
 * @param refused changes of others that this node could not take, the newest first, at most 100
 */
public record ReplicationState(
    String topology,
    List<String> carries,
    List<MemberSync> members,
    List<Conflict> conflicts,
    List<RefusedChange> refused) {
  /** Copies the lists. */
  public ReplicationState {
    carries = List.copyOf(carries);
    members = List.copyOf(members);
    conflicts = List.copyOf(conflicts);
    refused = List.copyOf(refused);
  }

  /** The members that gossip but have not synchronized for longer than the alarm's limit. */
  public List<String> silent() {
    return members.stream().filter(MemberSync::silent).map(MemberSync::node).toList();
  }

  /**
   * Two edits of one entity whose writers did not know of each other.
   *
   * @param at when this node noticed
   * @param type the entity's kind
   * @param id the entity's id
   * @param winner the version that stays
   * @param loser the version that is gone
   */
  public record Conflict(Instant at, EntityType type, String id, Version winner, Version loser) {}

  /**
   * A change that this node could not take.
   *
   * @param at when it came last
   * @param from the node id of the peer that offered it
   * @param type the label of the entity's kind
   * @param id the entity's id
   * @param version its version
   * @param reason why, and what to do; one line, nothing secret
   */
  public record RefusedChange(
      Instant at, String from, String type, String id, Version version, String reason) {}
}
