package bifrost.sync.diagnosis.offline;

import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.sync.membership.transport.NetTransport;
import bifrost.sync.membership.transport.Receiver;
import bifrost.sync.membership.transport.Transport;
import bifrost.sync.membership.wire.Message;
import bifrost.sync.membership.wire.MessageWriter;
import bifrost.sync.membership.wire.PacketCodec;
import bifrost.sync.membership.wire.Security;
import bifrost.sync.membership.wire.StreamCodec;
import bifrost.sync.membership.wire.WireLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Pings nodes of the cluster without being one: a ping makes nobody a member. */
final class OfflinePinger implements Receiver, AutoCloseable {
  private static final int PACKETS = 3;
  private static final String ANYBODY = "";

  private final PacketCodec packets;
  private final StreamCodec streams;
  private final NetTransport transport;
  private final AtomicLong sequence = new AtomicLong();
  private final Map<Long, CompletableFuture<Outcome>> waiting = new ConcurrentHashMap<>();

  OfflinePinger(Security security, Duration limit) throws IOException {
    this.packets = new PacketCodec(security, false, WireLimits.DEFAULT);
    this.streams = new StreamCodec(security, false, WireLimits.DEFAULT);
    this.transport = NetTransport.bind(InetAddress.getByName("::"), 0, limit);
    transport.start(this);
  }

  /** What a stream found, with the cause of a failure. */
  record Answer(Outcome outcome, String cause) {}

  Answer byStream(InetSocketAddress to, Duration limit) throws InterruptedException {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    transport.exchange(
        to,
        streams.request(new Message.Ping(1, ANYBODY, Optional.empty())),
        limit,
        streams::readAnswer,
        new Transport.Outcome<Message>() {
          @Override
          public void answered(Message message) {
            answer.complete(new Answer(Outcome.OPEN, ""));
          }

          @Override
          public void failed(String cause) {
            boolean silent = cause.contains(Transport.CLOSED_SILENTLY);
            answer.complete(new Answer(silent ? Outcome.SILENT : Outcome.CLOSED, cause));
          }
        });
    return await(answer, limit, new Answer(Outcome.CLOSED, "no answer"));
  }

  Outcome byPacket(InetSocketAddress to, Duration limit) throws InterruptedException {
    Outcome outcome = Outcome.CLOSED;
    for (int i = 0; i < PACKETS && outcome != Outcome.OPEN; i++) {
      long seq = sequence.incrementAndGet();
      CompletableFuture<Outcome> answer = new CompletableFuture<>();
      waiting.put(seq, answer);
      byte[] ping = MessageWriter.write(new Message.Ping(seq, ANYBODY, Optional.empty()));
      transport.send(to, packets.seal(List.of(ping), false));
      outcome = await(answer, limit.dividedBy(PACKETS), Outcome.CLOSED);
      waiting.remove(seq);
    }
    return outcome;
  }

  private static <T> T await(CompletableFuture<T> answer, Duration limit, T otherwise)
      throws InterruptedException {
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return otherwise;
    }
  }

  @Override
  public boolean admits(InetAddress source, boolean stream) {
    return !stream;
  }

  @Override
  public void packet(InetSocketAddress from, byte[] packet) {
    for (Message message : packets.open(packet).messages()) {
      if (message instanceof Message.Ack ack && waiting.get(ack.seq()) != null) {
        waiting.get(ack.seq()).complete(Outcome.OPEN);
      }
    }
  }

  @Override
  public boolean stream(InetSocketAddress from, InputStream in, Receiver.Answer answer) {
    return false;
  }

  @Override
  public void close() {
    transport.close();
  }
}
