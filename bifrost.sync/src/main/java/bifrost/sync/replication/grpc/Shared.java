package bifrost.sync.replication.grpc;

import bifrost.sync.replication.tls.NodeTls;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What the accepting and the dialling side share.
 *
 * @param nodeId this node's id
 * @param settings where to listen and how long to wait
 * @param tls this node's certificates, where links are protected
 * @param refusals names who was refused
 * @param links those that are open
 * @param network the threads of the network
 * @param timer ends what takes too long
 */
record Shared(
    String nodeId,
    GrpcSettings settings,
    Optional<NodeTls> tls,
    Refusals refusals,
    OpenLinks links,
    Network network,
    ScheduledExecutorService timer) {
  /** What the links share. */
  FrameLink.Context context() {
    return new FrameLink.Context(tls.isPresent(), refusals, links, timer);
  }
}
