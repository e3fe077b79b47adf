package bifrost.sync.replication.grpc;

import bifrost.sync.replication.grpc.Refusals.Kind;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.net.SocketAddress;

/** Names a caller whose call ended because of what it sent, and cuts its connection. */
final class StreamFaults extends ServerStreamTracer.Factory {
  private final Refusals refusals;
  private final AcceptedConnections connections;

  StreamFaults(Refusals refusals, AcceptedConnections connections) {
    this.refusals = refusals;
    this.connections = connections;
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    String node = headers.get(Peers.NODE);
    return new Tracer(node != null && Admission.NODE.matcher(node).matches() ? node : "");
  }

  private final class Tracer extends ServerStreamTracer {
    private final String node;
    private volatile SocketAddress remote;

    Tracer(String node) {
      this.node = node;
    }

    @Override
    public void serverCallStarted(ServerCallInfo<?, ?> call) {
      remote = Peers.remote(call.getAttributes());
    }

    @Override
    public void streamClosed(Status status) {
      SocketAddress caller = remote;
      boolean unreadable =
          switch (status.getCode()) {
            case RESOURCE_EXHAUSTED, INTERNAL -> true;
            default -> false;
          };
      if (unreadable && caller != null) {
        refusals.refused(
            Kind.MESSAGE,
            Peers.address(caller),
            node,
            Causes.bounded("what it sent cannot be read: " + status.getDescription()));
        connections.cutSoon(caller);
      }
    }
  }
}
