package bifrost.sync.replication.grpc;

import bifrost.sync.replication.grpc.Refusals.Kind;
import bifrost.sync.replication.grpc.v1.Wire;
import bifrost.sync.replication.link.Link;
import bifrost.sync.replication.link.LinkListener;
import bifrost.sync.replication.message.Bounds;
import bifrost.sync.replication.message.SyncMessage;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link that carries frames of the contract, as both sides have it. What comes is told one at a
 * time, and is only decoded and handed on.
 */
public abstract class FrameLink implements Link {
  private static final Logger LOG = LoggerFactory.getLogger(FrameLink.class);

  /** How many received messages may be under way. */
  private static final int WINDOW = 16;

  /** How many messages are taken while the peer does not read, before it is given up. */
  private static final int MAX_UNREAD = 1_024;

  private static final long GOODBYE_SECONDS = 2;

  private final String peer;
  private final String remote;
  private final Context context;
  private final FrameDecoder decoder = new FrameDecoder();

  /** Guards the order of frames, and {@code closing}. Nothing in it blocks. */
  private final ReentrantLock sending = new ReentrantLock();

  private final FrameEncoder encoder = new FrameEncoder();
  private int unread;
  private volatile String closing;

  private LinkListener listener;
  private String goodbye;
  private boolean ended;

  /**
   * What all links of a transport share.
   *
   * @param proves whether the transport proves who the other side is
   * @param refusals names who was refused
   * @param links those that are open
   * @param timer ends what takes too long
   */
  public record Context(
      boolean proves, Refusals refusals, OpenLinks links, ScheduledExecutorService timer) {}

  /**
   * A link.
   *
   * @param peer the node on the other side
   * @param remote its address, {@code host:port}
   * @param context what it shares with others
   */
  protected FrameLink(String peer, String remote, Context context) {
    this.peer = peer;
    this.remote = remote;
    this.context = context;
  }

  /** The handshake that the link rests on; empty where the transport has none. */
  Optional<SSLSession> session() {
    return Optional.empty();
  }

  /** The node on the other side. */
  final String peer() {
    return peer;
  }

  /** Hands bytes to the call. */
  protected abstract void write(byte[] frame);

  /** Lets the call read further messages. */
  protected abstract void request(int messages);

  /** Ends this side of the call after what was written. */
  protected abstract void finish();

  /** Ends the call at once. */
  protected abstract void abort();

  /** Whether the call takes more at once. */
  protected abstract boolean callReady();

  /** The call is open on both sides. */
  protected final void opened(LinkListener to) {
    listener = to;
    context.links().add(this);
    to.opened(this);
    request(WINDOW);
  }

  /** A frame came. */
  protected final void received(byte[] bytes) {
    if (ended || closing != null) {
      return;
    }
    try {
      FrameScan.check(bytes);
      Wire.Frame frame = Wire.Frame.parseFrom(bytes);
      if (frame.hasGoodbye()) {
        goodbye = Causes.bounded(frame.getGoodbye().getReason());
      }
      Optional<SyncMessage> message = decoder.decode(frame);
      if (message.isEmpty()) {
        request(1);
      } else if (message.get() instanceof SyncMessage.Hello hello && !hello.node().equals(peer)) {
        refuse(Kind.MEMBER, "it greets as '" + hello.node() + "'");
      } else {
        listener.received(this, message.get());
      }
    } catch (IOException | IllegalArgumentException e) {
      refuse(Kind.MESSAGE, "it sent what is no message: " + e.getMessage());
    }
  }

  /** The other side has sent its last frame. */
  protected final void peerFinished() {
    sending.lock();
    try {
      if (closing == null) {
        closing = goodbye == null ? remote + " has ended the link" : closedBy();
        finish();
      }
    } finally {
      sending.unlock();
    }
  }

  /** The call takes more. */
  protected final void becameReady() {
    sending.lock();
    try {
      unread = 0;
    } finally {
      sending.unlock();
    }
    if (listener != null && !ended) {
      listener.ready(this);
    }
  }

  /** The call has ended; the first reason counts. */
  protected final void ended(String reason) {
    if (ended) {
      return;
    }
    ended = true;
    context.links().remove(this);
    if (listener != null) {
      String words =
          closing != null ? closing : goodbye != null ? closedBy() : remote + ": " + reason;
      listener.closed(this, Causes.bounded(words));
    }
  }

  @Override
  public final Optional<String> proved() {
    return context.proves() ? Optional.of(peer) : Optional.empty();
  }

  @Override
  public final String remote() {
    return remote;
  }

  @Override
  public final boolean isReady() {
    return closing == null && callReady();
  }

  @Override
  public final void send(SyncMessage message) {
    sending.lock();
    try {
      if (closing != null) {
        return;
      }
      byte[] frame = encoder.encode(message).toByteArray();
      unread = callReady() ? 0 : unread + 1;
      if (frame.length <= Bounds.MAX_MESSAGE_BYTES && unread <= MAX_UNREAD) {
        write(frame);
        return;
      }
      LOG.warn(
          "replication: link to '{}' is closed, {}",
          peer,
          unread > MAX_UNREAD
              ? "it has not read " + MAX_UNREAD + " messages"
              : message.getClass().getSimpleName() + " has " + frame.length + " bytes");
    } finally {
      sending.unlock();
    }
    close("a message could not be sent");
  }

  @Override
  public final void processed() {
    request(1);
  }

  @Override
  public final void close(String reason) {
    sending.lock();
    try {
      if (closing != null) {
        return;
      }
      closing = Causes.bounded(reason);
      write(FrameEncoder.goodbye(closing).toByteArray());
      finish();
    } finally {
      sending.unlock();
    }
    if (!context.timer().isShutdown()) {
      context.timer().schedule(this::abort, GOODBYE_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public final void refuse(String reason) {
    refuse(Kind.MEMBER, reason);
  }

  /** A text as one line of at most 500 characters. */
  public static String line(String text) {
    return Causes.bounded(text);
  }

  private String closedBy() {
    return peer + " closed the link: " + goodbye;
  }

  private void refuse(Kind kind, String reason) {
    context.refusals().refused(kind, remote, peer, reason);
    close("refused: " + reason);
  }
}
