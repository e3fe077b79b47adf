package bifrost.sync.membership.protocol;

import bifrost.sync.membership.wire.Message;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** Answers pings, and pings on behalf of others. */
final class PingResponder {
  private static final byte[] NO_PAYLOAD = {};
  private static final double NACK_AFTER = 0.8;

  private final MemberTable members;
  private final Sender sender;
  private final PendingAcks acks;
  private final Scheduler scheduler;
  private final Profile profile;

  PingResponder(
      MemberTable members, Sender sender, PendingAcks acks, Scheduler scheduler, Profile profile) {
    this.members = members;
    this.sender = sender;
    this.acks = acks;
    this.scheduler = scheduler;
    this.profile = profile;
  }

  void ping(InetSocketAddress from, Message.Ping ping) {
    if (isForMe(ping)) {
      reply(from, ping.source(), new Message.Ack(ping.seq(), NO_PAYLOAD));
    }
  }

  /** Whether a ping means this node and not another one that had its address before. */
  boolean isForMe(Message.Ping ping) {
    return ping.node().isEmpty() || ping.node().equals(members.local().name);
  }

  /** Pings a member for someone else; never a stranger, so that nobody can aim us at one. */
  void indirect(InetSocketAddress from, Message.IndirectPing request) {
    MemberEntry target = members.get(request.node());
    if (target == null || !target.address.equals(request.target())) {
      return;
    }
    MemberEntry local = members.local();
    Relay relay = new Relay(from, request);
    relay.seq = acks.register(relay);
    if (relay.seq == 0) {
      return;
    }
    Duration nackAfter = Duration.ofNanos((long) (NACK_AFTER * profile.ackTimeout().toNanos()));
    relay.nackTimer = scheduler.after(nackAfter, relay::tooLate);
    scheduler.after(profile.probeTimeout(), () -> acks.forget(relay.seq));
    sender.send(
        target.address,
        target.versions.checksum(),
        new Message.Ping(
            relay.seq, target.name, Optional.of(new Message.Source(local.address, local.name))));
  }

  private void reply(InetSocketAddress from, Optional<Message.Source> source, Message answer) {
    MemberEntry known = source.map(s -> members.get(s.node())).orElse(null);
    boolean trusted = known != null && known.address.equals(source.get().address());
    sender.send(trusted ? known.address : from, known != null && known.versions.checksum(), answer);
  }

  /** A ping that is on its way for someone else. */
  private final class Relay implements PendingAcks.Waiter {
    private final InetSocketAddress from;
    private final Message.IndirectPing request;
    private long seq;
    private Scheduler.Timer nackTimer;

    Relay(InetSocketAddress from, Message.IndirectPing request) {
      this.from = from;
      this.request = request;
    }

    @Override
    public void ack() {
      nackTimer.cancel();
      reply(from, request.source(), new Message.Ack(request.seq(), NO_PAYLOAD));
    }

    private void tooLate() {
      if (request.nack()) {
        reply(from, request.source(), new Message.Nack(request.seq()));
      }
    }
  }
}
