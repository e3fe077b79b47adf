package bifrost.sync.membership.protocol;

import bifrost.sync.membership.transport.Transport;
import bifrost.sync.membership.wire.Message;
import bifrost.sync.membership.wire.StreamCodec;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Pings a node for diagnosis, by one way alone; nobody is suspected for not answering. */
final class PortTester {
  private final MemberTable members;
  private final Sender sender;
  private final Transport transport;
  private final StreamCodec streams;
  private final PendingAcks acks;
  private final Scheduler scheduler;

  PortTester(
      MemberTable members,
      Sender sender,
      Transport transport,
      StreamCodec streams,
      PendingAcks acks,
      Scheduler scheduler) {
    this.members = members;
    this.sender = sender;
    this.transport = transport;
    this.streams = streams;
    this.acks = acks;
    this.scheduler = scheduler;
  }

  /** Pings by one packet; the outcome is empty for an answer, else the cause. */
  void byPacket(InetSocketAddress to, String name, Duration timeout, Consumer<String> outcome) {
    PacketTest test = new PacketTest(outcome);
    Message.Ping ping = ping(acks.register(test), name);
    if (ping.seq() == 0) {
      outcome.accept("too many pings wait for an answer");
      return;
    }
    scheduler.after(timeout, () -> test.end(ping.seq(), timeout));
    sender.sendAlone(to, ping);
  }

  /** Pings by a stream; the outcome is empty for an answer, else the cause. */
  void byStream(InetSocketAddress to, String name, Duration timeout, Consumer<String> outcome) {
    transport.exchange(
        to,
        streams.request(ping(1, name)),
        timeout,
        streams::readAnswer,
        new Transport.Outcome<Message>() {
          @Override
          public void answered(Message answer) {
            outcome.accept(answer instanceof Message.Ack ? "" : "it answered with something else");
          }

          @Override
          public void failed(String cause) {
            outcome.accept(cause);
          }
        });
  }

  private Message.Ping ping(long seq, String name) {
    MemberEntry local = members.local();
    return new Message.Ping(seq, name, Optional.of(new Message.Source(local.address, local.name)));
  }

  private final class PacketTest implements PendingAcks.Waiter {
    private final Consumer<String> outcome;
    private boolean over;

    PacketTest(Consumer<String> outcome) {
      this.outcome = outcome;
    }

    @Override
    public void ack() {
      over = true;
      outcome.accept("");
    }

    void end(long seq, Duration timeout) {
      if (!over) {
        acks.forget(seq);
        outcome.accept("no answer within " + timeout.toMillis() + " ms");
      }
    }
  }
}
