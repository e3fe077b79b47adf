package bifrost.sync.replication.broker;

import bifrost.sync.replication.broker.v1.BrokerWire.Closed;
import bifrost.sync.replication.broker.v1.BrokerWire.Envelope;
import bifrost.sync.replication.broker.v1.BrokerWire.Open;
import bifrost.sync.replication.broker.v1.BrokerWire.Opened;
import bifrost.sync.replication.grpc.FrameLink;
import bifrost.sync.replication.link.LinkListener;
import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A link through a broker. The other side grants credits, one for each frame that it has dealt
 * with, so that nothing piles up at the broker.
 */
final class BrokeredLink extends FrameLink {
  /** Credits are granted a few at a time. */
  private static final int GRANT = 4;

  /** Frames that a peer may have sent without a credit, before it is refused. */
  private static final int MAX_UNASKED = 4_096;

  private final BrokerClient client;
  private final String peer;
  private final long number;
  private final boolean opener;
  private final Runnable gone;
  private final Executor timer;

  /** Keeps what the listener is told one at a time. The listener returns at once. */
  private final ReentrantLock telling = new ReentrantLock();

  private final AtomicInteger credits = new AtomicInteger();
  private final AtomicInteger owed = new AtomicInteger();
  private final AtomicInteger unasked = new AtomicInteger();
  private boolean open;
  private boolean over;

  BrokeredLink(
      BrokerClient client,
      String peer,
      long number,
      boolean opener,
      FrameLink.Context context,
      Runnable gone) {
    super(peer, client.address(), context);
    this.client = client;
    this.peer = peer;
    this.number = number;
    this.opener = opener;
    this.gone = gone;
    this.timer = context.timer();
  }

  @Override
  public Optional<String> dialled() {
    return opener ? Optional.of(peer) : Optional.empty();
  }

  void ask() {
    client.send(envelope().setOpen(Open.getDefaultInstance()).build());
  }

  void accept(LinkListener listener) {
    client.send(envelope().setOpened(Opened.getDefaultInstance()).build());
    start(listener);
  }

  /** The link is open on both sides; nothing when it was given up before. */
  void start(LinkListener listener) {
    telling.lock();
    try {
      if (!open && !over) {
        open = true;
        opened(listener);
      }
    } finally {
      telling.unlock();
    }
  }

  void arrived(byte[] frame) {
    telling.lock();
    try {
      if (!open || over) {
        return;
      }
      if (unasked.incrementAndGet() > MAX_UNASKED) {
        close("refused: it sends without being asked");
      } else {
        received(frame);
      }
    } finally {
      telling.unlock();
    }
  }

  void granted(int more) {
    if (more < 0 || more > MAX_UNASKED) {
      return;
    }
    int before = credits.getAndUpdate(now -> (int) Math.min(MAX_UNASKED, (long) now + more));
    if (before <= 0 && before + more > 0) {
      nowReady();
    }
  }

  void nowReady() {
    telling.lock();
    try {
      if (open && !over) {
        becameReady();
      }
    } finally {
      telling.unlock();
    }
  }

  /**
   * The link is over, or the dial in vain.
   *
   * @return whether it never was open, and this is the first to say so
   */
  boolean end(String reason) {
    return end(reason, false);
  }

  /** The dial took too long; nothing for a link that is open. */
  boolean endUnlessOpen(String reason) {
    return end(reason, true);
  }

  private boolean end(String reason, boolean unlessOpen) {
    telling.lock();
    try {
      if (over || (unlessOpen && open)) {
        return false;
      }
      over = true;
      gone.run();
      if (open) {
        ended(reason);
      }
      return !open;
    } finally {
      telling.unlock();
    }
  }

  @Override
  protected void write(byte[] frame) {
    credits.decrementAndGet();
    client.send(envelope().setFrame(ByteString.copyFrom(frame)).build());
  }

  @Override
  protected void request(int messages) {
    unasked.updateAndGet(now -> Math.max(0, now - messages));
    int grant = owed.addAndGet(messages);
    if (grant >= GRANT && owed.compareAndSet(grant, 0)) {
      client.send(envelope().setCredit(grant).build());
    }
  }

  @Override
  protected void finish() {
    client.send(envelope().setClosed(Closed.newBuilder().setReason("the link is closed")).build());
    timer.execute(this::abort);
  }

  @Override
  protected void abort() {
    end("the link was closed");
  }

  @Override
  protected boolean callReady() {
    return credits.get() > 0 && client.isReady();
  }

  private Envelope.Builder envelope() {
    return Envelope.newBuilder().setNode(peer).setLink(number).setOpener(opener);
  }
}
