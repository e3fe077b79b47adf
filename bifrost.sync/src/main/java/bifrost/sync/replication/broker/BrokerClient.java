package bifrost.sync.replication.broker;

import bifrost.sync.replication.broker.v1.BrokerGrpc;
import bifrost.sync.replication.broker.v1.BrokerWire.Envelope;
import bifrost.sync.replication.broker.v1.BrokerWire.FromNode;
import bifrost.sync.replication.broker.v1.BrokerWire.Node;
import bifrost.sync.replication.broker.v1.BrokerWire.Roster;
import bifrost.sync.replication.broker.v1.BrokerWire.ToNode;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's stream to one broker: attaches, and again with growing pauses after each end. Safe
 * for any thread.
 */
final class BrokerClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerClient.class);
  private static final Duration LEAST_PAUSE = Duration.ofMillis(250);
  private static final Duration MOST_PAUSE = Duration.ofSeconds(15);

  /** Takes what comes; called by one thread at a time. */
  interface Receiver {
    void roster(BrokerClient from, Roster roster);

    void envelope(BrokerClient from, Envelope envelope);

    void ended(BrokerClient from);

    void ready(BrokerClient from);
  }

  private final String address;
  private final String token;
  private final Supplier<ManagedChannel> channels;
  private final Supplier<Node> self;
  private final Receiver receiver;
  private final ScheduledExecutorService timer;
  private final Random random = new Random();

  /** Guards the order of messages and the writing of the fields below. Nothing in it blocks. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile Stream stream;
  private int attempts;
  private boolean failing;
  private boolean closed;

  BrokerClient(
      String address,
      String token,
      Supplier<ManagedChannel> channels,
      Supplier<Node> self,
      Receiver receiver,
      ScheduledExecutorService timer) {
    this.address = address;
    this.token = token;
    this.channels = channels;
    this.self = self;
    this.receiver = receiver;
    this.timer = timer;
  }

  String address() {
    return address;
  }

  /** Opens a stream where there is none; reads files of certificates. */
  void attach() {
    ManagedChannel channel = channels.get();
    lock.lock();
    try {
      if (!closed && stream == null) {
        stream = new Stream(channel);
        stream.start();
        return;
      }
    } finally {
      lock.unlock();
    }
    channel.shutdownNow();
  }

  /** Says what this node says of itself now. */
  void announce() {
    send(FromNode.newBuilder().setAnnounce(self.get()).build());
  }

  /** Sends; nothing happens while there is no stream. */
  void send(Envelope envelope) {
    send(FromNode.newBuilder().setEnvelope(envelope).build());
  }

  boolean isReady() {
    Stream now = stream;
    return now != null && now.open && now.call.isReady();
  }

  private void send(FromNode message) {
    lock.lock();
    try {
      if (stream != null && stream.open && !closed) {
        stream.call.sendMessage(message);
      }
    } finally {
      lock.unlock();
    }
  }

  private void ended(Stream which, Status status) {
    lock.lock();
    try {
      if (stream != which) {
        return;
      }
      stream = null;
      which.open = false;
      if (!closed && !failing) {
        failing = true;
        LOG.warn("broker {}: {}", address, describe(status));
      }
      if (!closed) {
        long pause =
            Math.min(LEAST_PAUSE.toMillis() << Math.min(attempts++, 10), MOST_PAUSE.toMillis());
        timer.schedule(
            this::attach, (long) (pause * (0.5 + random.nextDouble())), TimeUnit.MILLISECONDS);
      }
    } finally {
      lock.unlock();
    }
    which.channel.shutdownNow();
    receiver.ended(this);
  }

  private static String describe(Status status) {
    Throwable cause = status.getCause();
    String text = status.getDescription() == null ? "" : status.getDescription();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String more = cause == null ? "" : ", " + cause.getMessage();
    return "cannot be used: " + (text + more).replaceAll("\\p{Cntrl}+", " ");
  }

  @Override
  public void close() {
    Stream now;
    lock.lock();
    try {
      closed = true;
      now = stream;
      if (now != null && now.open) {
        now.open = false;
        now.call.halfClose();
      }
    } finally {
      lock.unlock();
    }
    if (now != null) {
      now.channel.shutdown();
      try {
        now.channel.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      now.channel.shutdownNow();
    }
  }

  /** One attempt, from dialling to its end. */
  private final class Stream extends ClientCall.Listener<ToNode> {
    private final ManagedChannel channel;
    private final ClientCall<FromNode, ToNode> call;
    private volatile boolean open;
    private volatile long heardNanos = System.nanoTime();

    private Stream(ManagedChannel channel) {
      this.channel = channel;
      this.call = channel.newCall(BrokerGrpc.getAttachMethod(), CallOptions.DEFAULT);
    }

    private void start() {
      call.start(this, BrokerCall.headers(token));
      call.request(BrokerCall.CREDITS);
      watch();
    }

    /** Gives up a broker that says nothing. */
    private void watch() {
      if (timer.isShutdown()) {
        return;
      }
      timer.schedule(
          () -> {
            if (System.nanoTime() - heardNanos > BrokerCall.SILENCE_SECONDS * 1_000_000_000L) {
              lock.lock();
              try {
                open = false;
                call.cancel("the broker says nothing", null);
              } finally {
                lock.unlock();
              }
            } else if (stream == this) {
              watch();
            }
          },
          BrokerCall.SILENCE_SECONDS / 4,
          TimeUnit.SECONDS);
    }

    @Override
    public void onHeaders(Metadata headers) {
      lock.lock();
      try {
        if (closed) {
          return;
        }
        open = true;
        call.sendMessage(FromNode.newBuilder().setAnnounce(self.get()).build());
        attempts = 0;
        if (failing) {
          failing = false;
        }
        LOG.info("broker {}: attached", address);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onMessage(ToNode message) {
      heardNanos = System.nanoTime();
      if (message.hasRoster()) {
        receiver.roster(BrokerClient.this, message.getRoster());
      } else if (message.hasEnvelope()) {
        receiver.envelope(BrokerClient.this, message.getEnvelope());
      }
      call.request(1);
    }

    @Override
    public void onReady() {
      if (open) {
        receiver.ready(BrokerClient.this);
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      ended(this, status);
    }
  }
}
