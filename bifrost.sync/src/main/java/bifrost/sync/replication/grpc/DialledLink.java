package bifrost.sync.replication.grpc;

import bifrost.sync.replication.grpc.Refusals.Kind;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSession;

/** A link that this node has opened. Nothing is sent before the other side has proved itself. */
final class DialledLink extends FrameLink {
  private final LinkDialler dialler;
  private final Shared shared;
  private final ManagedChannel channel;
  private final ClientCall<byte[], byte[]> call;
  private final String peer;
  private final String address;
  private final ScheduledFuture<?> timeout;

  /** Whether the other side has answered, or it is too late for that; one of them is first. */
  private final AtomicBoolean decided = new AtomicBoolean();

  private volatile boolean open;
  private volatile String failure;

  DialledLink(
      LinkDialler dialler,
      Shared shared,
      ManagedChannel channel,
      ClientCall<byte[], byte[]> call,
      String peer,
      String address) {
    super(peer, address, shared.context());
    this.dialler = dialler;
    this.shared = shared;
    this.channel = channel;
    this.call = call;
    this.peer = peer;
    this.address = address;
    this.timeout =
        shared
            .timer()
            .schedule(
                this::giveUp, shared.settings().dialTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public Optional<String> dialled() {
    return Optional.of(peer);
  }

  @Override
  Optional<SSLSession> session() {
    return Peers.session(call.getAttributes());
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
    call.halfClose();
  }

  @Override
  protected void abort() {
    call.cancel("closed", null);
  }

  @Override
  protected boolean callReady() {
    return open && call.isReady();
  }

  private void giveUp() {
    if (decided.compareAndSet(false, true)) {
      call.cancel("no answer", Status.DEADLINE_EXCEEDED.asException());
    }
  }

  private void answered() {
    if (!decided.compareAndSet(false, true)) {
      return;
    }
    timeout.cancel(false);
    Optional<String> refusal = Peers.refusal(shared.tls(), call.getAttributes(), peer);
    if (refusal.isPresent()) {
      shared.refusals().refused(Kind.TLS, address, peer, refusal.get());
      failure = "%s is refused: %s".formatted(address, refusal.get());
      call.cancel("refused", null);
    } else {
      open = true;
      opened(dialler.listener());
    }
  }

  private void closed(Status status) {
    decided.set(true);
    timeout.cancel(false);
    dialler.discard(channel);
    if (open) {
      ended(Causes.ofEnd(status));
      return;
    }
    String reason =
        failure != null ? failure : Causes.ofDial(status, address, shared.tls().isPresent());
    dialler.listener().failed(peer, Causes.bounded(reason));
  }

  /** What gRPC tells of the call. */
  final class Callbacks extends ClientCall.Listener<byte[]> {
    @Override
    public void onHeaders(Metadata headers) {
      answered();
    }

    @Override
    public void onMessage(byte[] frame) {
      received(frame);
    }

    @Override
    public void onReady() {
      if (open) {
        becameReady();
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      closed(status);
    }
  }
}
