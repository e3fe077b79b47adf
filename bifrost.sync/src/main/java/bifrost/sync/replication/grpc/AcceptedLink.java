package bifrost.sync.replication.grpc;

import bifrost.sync.replication.link.LinkListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.net.SocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** A link that a member has opened. */
final class AcceptedLink extends FrameLink {
  private final ServerCall<byte[], byte[]> call;
  private final AcceptedConnections connections;
  private final SocketAddress remote;
  private final Optional<SSLSession> session;
  private boolean accepted;

  AcceptedLink(
      ServerCall<byte[], byte[]> call,
      String node,
      AcceptedConnections connections,
      Shared shared) {
    super(node, Peers.address(Peers.remote(call.getAttributes())), shared.context());
    this.call = call;
    this.connections = connections;
    this.remote = Peers.remote(call.getAttributes());
    this.session = Peers.session(call.getAttributes());
  }

  /** Tells the caller that it is welcome, and the listener that there is a link. */
  void accept(LinkListener listener) {
    accepted = true;
    call.sendHeaders(new Metadata());
    opened(listener);
  }

  @Override
  public Optional<String> dialled() {
    return Optional.empty();
  }

  @Override
  Optional<SSLSession> session() {
    return session;
  }

  @Override
  protected void write(byte[] frame) {
    call.sendMessage(frame);
  }

  @Override
  protected void request(int messages) {
    call.request(messages);
  }

  @Override
  protected void finish() {
    call.close(Status.OK, new Metadata());
  }

  @Override
  protected void abort() {
    connections.cut(remote);
  }

  @Override
  protected boolean callReady() {
    return call.isReady();
  }

  /** What gRPC tells of the call. */
  final class Callbacks extends ServerCall.Listener<byte[]> {
    private final Runnable left;

    Callbacks(Runnable left) {
      this.left = left;
    }

    @Override
    public void onMessage(byte[] frame) {
      received(frame);
    }

    @Override
    public void onReady() {
      becameReady();
    }

    @Override
    public void onHalfClose() {
      if (accepted) {
        peerFinished();
      }
    }

    @Override
    public void onCancel() {
      left.run();
      ended("the connection ended");
    }

    @Override
    public void onComplete() {
      left.run();
      ended("the link was closed");
    }
  }
}
