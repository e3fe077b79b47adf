package bifrost.api.cluster;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Objects;

/**
 * A node of the cluster as this node sees it at one moment.
 *
 * @param id its node id; unique in the cluster
 * @param address where its gossip can be reached
 * @param info what it says of itself
 * @param state what the cluster believes of it
 * @param incarnation the version of that belief; only the member itself raises it
 * @param since when this node learned of the state
 */
public record Member(
    String id,
    InetSocketAddress address,
    MemberInfo info,
    MemberState state,
    long incarnation,
    Instant since) {
  /** Refuses {@code null}. */
  public Member {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(address, "address is null");
    Objects.requireNonNull(info, "info is null");
    Objects.requireNonNull(state, "state is null");
    Objects.requireNonNull(since, "since is null");
  }

  /** Its region. */
  public String region() {
    return info.region();
  }
}
