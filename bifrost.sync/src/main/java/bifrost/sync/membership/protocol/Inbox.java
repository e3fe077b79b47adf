package bifrost.sync.membership.protocol;

import bifrost.sync.membership.transport.Receiver;
import bifrost.sync.membership.wire.BadMessageException;
import bifrost.sync.membership.wire.DropReason;
import bifrost.sync.membership.wire.Message;
import bifrost.sync.membership.wire.PacketCodec;
import bifrost.sync.membership.wire.StreamCodec;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door: opens what comes in on the transport's threads, counts and drops what is bad or too
 * much, and hands the rest to the owner.
 */
final class Inbox implements Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
  private static final int MAX_WAITING = 4_096;
  private static final int PACKETS_PER_SECOND = 5_000;
  private static final int STREAMS_PER_SECOND = 100;

  private final PacketCodec packets;
  private final StreamCodec streams;
  private final Scheduler scheduler;
  private final Stats stats;
  private final BiConsumer<InetSocketAddress, Message> onMessage;
  private final BiConsumer<Message, Answer> onRequest;
  private final RateLimit packetRate;
  private final RateLimit streamRate;
  private final Strangers strangers;
  private final AtomicInteger waiting = new AtomicInteger();

  Inbox(
      PacketCodec packets,
      StreamCodec streams,
      Scheduler scheduler,
      Stats stats,
      BiConsumer<InetSocketAddress, Message> onMessage,
      BiConsumer<Message, Answer> onRequest) {
    this.packets = packets;
    this.streams = streams;
    this.scheduler = scheduler;
    this.stats = stats;
    this.onMessage = onMessage;
    this.onRequest = onRequest;
    this.strangers = new Strangers(scheduler::nanos);
    this.packetRate = new RateLimit(PACKETS_PER_SECOND, 2 * PACKETS_PER_SECOND, scheduler::nanos);
    this.streamRate = new RateLimit(STREAMS_PER_SECOND, 2 * STREAMS_PER_SECOND, scheduler::nanos);
  }

  /** Whose traffic was dropped; for any thread. */
  Strangers strangers() {
    return strangers;
  }

  @Override
  public boolean admits(InetAddress source, boolean stream) {
    boolean allowed = (stream ? streamRate : packetRate).allows(source);
    if (!allowed) {
      stats.drop(DropReason.RATE);
    }
    return allowed;
  }

  @Override
  public void packet(InetSocketAddress from, byte[] packet) {
    stats.packetsIn.increment();
    stats.packetBytesIn.add(packet.length);
    PacketCodec.Opened opened = packets.open(packet);
    if (opened.dropped() != null) {
      stats.drop(opened.dropped());
      strangers.dropped(from.getAddress(), opened.dropped());
      LOG.debug("{}: packet dropped, {}", from, opened.dropped());
    }
    List<Message> messages = opened.messages();
    if (!messages.isEmpty()) {
      hand(() -> messages.forEach(message -> onMessage.accept(from, message)), () -> {});
    }
  }

  @Override
  public boolean stream(InetSocketAddress from, InputStream in, Answer answer) throws IOException {
    stats.streamsIn.increment();
    Message request;
    try {
      request = streams.readRequest(in);
    } catch (BadMessageException e) {
      stats.drop(e.reason());
      strangers.dropped(from.getAddress(), e.reason());
      LOG.debug("{}: stream dropped, {}", from, e.getMessage());
      return false;
    }
    hand(() -> onRequest.accept(request, answer), answer::none);
    return true;
  }

  private void hand(Runnable task, Runnable refused) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      stats.drop(DropReason.OVERLOADED);
      refused.run();
      return;
    }
    scheduler.execute(
        () -> {
          waiting.decrementAndGet();
          task.run();
        });
  }
}
