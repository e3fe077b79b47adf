package bifrost.api.cluster;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * How the exchange with one member goes.
 *
 * @param node its node id
 * @param path how its writes come to this node
 * @param remote where the link to it leads, as {@code host:port}; empty without one
 * @param failure why there is no link although there should be one; empty else
 * @param capabilities what it can do, as its greeting said; empty without a link
 * @param roundTrip how long a message there and back takes; empty without a link
 * @param clockOffset how far its wall clock is ahead of this node's; negative when it is behind
 * @param lag how old the newest count is of which it has confirmed to this node that it has it, the
 *     way of the confirmation included; empty when it has never confirmed any
 * @param changesBehind how many changes of configuration of this node it has not confirmed
 * @param silent whether it is a member but has confirmed nothing for longer than the alarm's limit
 */
public record MemberSync(
    String node,
    Path path,
    Optional<String> remote,
    Optional<String> failure,
    Set<String> capabilities,
    Optional<Duration> roundTrip,
    Optional<Duration> clockOffset,
    Optional<Duration> lag,
    long changesBehind,
    boolean silent) {
  /** Refuses {@code null}; copies the set. */
  public MemberSync {
    Objects.requireNonNull(node, "node is null");
    Objects.requireNonNull(path, "path is null");
    Objects.requireNonNull(remote, "remote is null");
    Objects.requireNonNull(failure, "failure is null");
    Objects.requireNonNull(roundTrip, "roundTrip is null");
    Objects.requireNonNull(clockOffset, "clockOffset is null");
    Objects.requireNonNull(lag, "lag is null");
    capabilities = Set.copyOf(capabilities);
  }

  /** How writes of a member come to this node. */
  public enum Path {
    /** Over a link to it. */
    DIRECT,
    /** By way of another member. */
    RELAYED,
    /** Not at all. */
    NONE
  }
}
