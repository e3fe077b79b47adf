package bifrost.sync.membership.protocol;

import bifrost.sync.membership.transport.Transport;
import bifrost.sync.membership.wire.Message;
import bifrost.sync.membership.wire.Message.Liveness;
import bifrost.sync.membership.wire.StreamCodec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Detects failures: pings one member after the other; who does not answer is pinged through others
 * and over TCP at the same time; who does not answer that either is suspected.
 */
final class Prober {
  private final MemberTable members;
  private final StateRules rules;
  private final Sender sender;
  private final Transport transport;
  private final StreamCodec streams;
  private final PendingAcks acks;
  private final Awareness awareness;
  private final Scheduler scheduler;
  private final Profile profile;
  private final Stats stats;

  Prober(
      MemberTable members,
      StateRules rules,
      Sender sender,
      Transport transport,
      StreamCodec streams,
      PendingAcks acks,
      Awareness awareness,
      Scheduler scheduler,
      Profile profile,
      Stats stats) {
    this.members = members;
    this.rules = rules;
    this.sender = sender;
    this.transport = transport;
    this.streams = streams;
    this.acks = acks;
    this.awareness = awareness;
    this.scheduler = scheduler;
    this.profile = profile;
    this.stats = stats;
  }

  void start(Random random) {
    long interval = profile.probeInterval().toNanos();
    scheduler.after(Duration.ofNanos(random.nextLong(interval)), this::tick);
  }

  private void tick() {
    scheduler.after(awareness.scale(profile.probeInterval()), this::tick);
    if (!rules.leaving()) {
      MemberEntry target = members.nextToProbe();
      if (target != null) {
        new Probe(target).start();
      }
    }
  }

  /** One probe of one member, from the ping to the verdict. */
  private final class Probe implements PendingAcks.Waiter {
    private final MemberEntry target;

    /** As it was at the ping: a verdict must not count against a refutation that came since. */
    private final long incarnation;

    private final Message.Ping ping;
    private Scheduler.Timer timer;
    private boolean asked;
    private boolean tcpAnswered;
    private boolean over;
    private int nacksExpected;
    private int nacks;

    Probe(MemberEntry target) {
      this.target = target;
      this.incarnation = target.incarnation;
      MemberEntry local = members.local();
      this.ping =
          new Message.Ping(
              acks.register(this),
              target.name,
              Optional.of(new Message.Source(local.address, local.name)));
    }

    void start() {
      if (ping.seq() == 0) {
        return;
      }
      boolean checksum = target.versions.checksum();
      if (target.state == Liveness.SUSPECT && profile.buddy()) {
        Message.Suspect accusation =
            new Message.Suspect(incarnation, target.name, members.local().name);
        sender.send(target.address, checksum, ping, accusation);
      } else {
        sender.send(target.address, checksum, ping);
      }
      timer = scheduler.after(awareness.scale(profile.ackTimeout()), this::askOthers);
    }

    @Override
    public void ack() {
      (asked ? stats.probesIndirect : stats.probesDirect).increment();
      awareness.apply(-1);
      end();
    }

    @Override
    public void nack() {
      nacks++;
    }

    private void askOthers() {
      asked = true;
      Duration left = awareness.scale(profile.probeTimeout().minus(profile.ackTimeout()));
      List<MemberEntry> helpers =
          members.pick(
              profile.indirectChecks(), entry -> entry != target && entry.state == Liveness.ALIVE);
      for (MemberEntry helper : helpers) {
        nacksExpected += helper.versions.nack() ? 1 : 0;
        sender.send(
            helper.address,
            helper.versions.checksum(),
            new Message.IndirectPing(
                ping.seq(), target.address, target.name, helper.versions.nack(), ping.source()));
      }
      if (target.versions.tcpPing()) {
        pingOverTcp(left);
      }
      timer = scheduler.after(left, this::verdict);
    }

    private void pingOverTcp(Duration timeout) {
      byte[] request = streams.request(ping);
      stats.streamsOut.increment();
      stats.streamBytesOut.add(request.length);
      transport.exchange(
          target.address,
          request,
          timeout,
          in -> streams.readAnswer(in),
          new Transport.Outcome<Message>() {
            @Override
            public void answered(Message answer) {
              scheduler.execute(
                  () ->
                      tcpAnswered |= answer instanceof Message.Ack ack && ack.seq() == ping.seq());
            }

            @Override
            public void failed(String cause) {
              // no answer is the answer: the verdict comes with the timer
            }
          });
    }

    private void verdict() {
      if (over) {
        return;
      }
      if (tcpAnswered) {
        stats.probesTcp.increment();
        awareness.apply(-1);
        end();
        return;
      }
      stats.probesFailed.increment();
      awareness.apply(nacksExpected == 0 ? 1 : Math.max(0, nacksExpected - nacks));
      end();
      if (!rules.leaving()) {
        rules.suspect(new Message.Suspect(incarnation, target.name, members.local().name));
      }
    }

    private void end() {
      over = true;
      timer.cancel();
      acks.forget(ping.seq());
    }
  }
}
