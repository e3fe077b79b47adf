package bifrost.sync.replication.grpc;

import bifrost.sync.replication.grpc.Refusals.Kind;
import bifrost.sync.replication.link.LinkListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Decides who may link to this node: a present member whose certificate stands for it. A member
 * that gossip has not brought here yet is waited for.
 */
final class Admission implements ServerCallHandler<byte[], byte[]> {
  static final Pattern NODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  static final String ONE_STREAM =
      "it opened stream after stream on one connection, a link is one stream";
  private static final long POLL_MILLIS = 100;

  /** Links of one member at a time: the one in use, and those that are about to replace it. */
  private static final int MAX_OF_ONE_MEMBER = 8;

  private final Shared shared;
  private final Predicate<String> isMember;
  private final AcceptedConnections connections;
  private final LinkListener listener;
  private final Duration gossipWait;
  private final Map<String, Integer> open = new ConcurrentHashMap<>();

  Admission(
      Shared shared,
      Predicate<String> isMember,
      AcceptedConnections connections,
      LinkListener listener) {
    this.shared = shared;
    this.isMember = isMember;
    this.connections = connections;
    this.listener = listener;
    this.gossipWait = shared.settings().dialTimeout().dividedBy(2);
  }

  @Override
  public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> call, Metadata headers) {
    String node = header(headers, Peers.NODE);
    String to = header(headers, Peers.TO);
    if (!NODE.matcher(node).matches()) {
      return refuse(call, Kind.MEMBER, "", "it does not say which node it is");
    }
    if (!connections.claim(Peers.remote(call.getAttributes()))) {
      connections.cut(Peers.remote(call.getAttributes()));
      return refuse(call, Kind.LIMIT, node, ONE_STREAM);
    }
    if (!to.equals(shared.nodeId())) {
      return refuse(
          call,
          Kind.MEMBER,
          node,
          "it wants '%s' and this is '%s': the address that '%s' advertises leads here"
              .formatted(Causes.bounded(to), shared.nodeId(), Causes.bounded(to)));
    }
    Optional<String> refusal = Peers.refusal(shared.tls(), call.getAttributes(), node);
    if (refusal.isPresent()) {
      return refuse(call, Kind.TLS, node, refusal.get());
    }
    if (open.merge(node, 1, Integer::sum) > MAX_OF_ONE_MEMBER) {
      leave(node);
      return refuse(call, Kind.LIMIT, node, "it has " + MAX_OF_ONE_MEMBER + " links already");
    }
    AcceptedLink link = new AcceptedLink(call, node, connections, shared);
    await(call, node, link, System.nanoTime() + gossipWait.toNanos());
    return link.new Callbacks(() -> leave(node));
  }

  /** Runs on the thread of the call's callbacks, so that nothing of the link runs beside it. */
  private void await(
      ServerCall<byte[], byte[]> call, String node, AcceptedLink link, long endNanos) {
    if (call.isCancelled()) {
      return;
    }
    if (isMember.test(node)) {
      link.accept(listener);
    } else if (System.nanoTime() - endNanos < 0) {
      connections.later(
          Peers.remote(call.getAttributes()), POLL_MILLIS, () -> await(call, node, link, endNanos));
    } else {
      refuse(
          call,
          Kind.MEMBER,
          node,
          "it is no member that is present here: does gossip reach it (cluster_config.gossip)?");
    }
  }

  private void leave(String node) {
    open.computeIfPresent(node, (id, count) -> count > 1 ? count - 1 : null);
  }

  private ServerCall.Listener<byte[]> refuse(
      ServerCall<byte[], byte[]> call, Kind kind, String node, String reason) {
    shared.refusals().refused(kind, call.getAttributes(), node, reason);
    call.close(Status.PERMISSION_DENIED.withDescription(Causes.bounded(reason)), new Metadata());
    connections.cutSoon(Peers.remote(call.getAttributes()));
    return new ServerCall.Listener<>() {};
  }

  private static String header(Metadata headers, Metadata.Key<String> key) {
    String value = headers.get(key);
    return value == null ? "" : value;
  }
}
