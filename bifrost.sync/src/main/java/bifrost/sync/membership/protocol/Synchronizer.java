package bifrost.sync.membership.protocol;

import bifrost.sync.membership.transport.Receiver;
import bifrost.sync.membership.transport.Transport;
import bifrost.sync.membership.wire.DropReason;
import bifrost.sync.membership.wire.Message;
import bifrost.sync.membership.wire.Message.Liveness;
import bifrost.sync.membership.wire.StreamCodec;
import bifrost.sync.membership.wire.Versions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Push/pull: exchanges all that two nodes know, at a join and now and then with a random member.
 */
final class Synchronizer {
  private static final int SCALE_FROM = 32;

  private final MemberTable members;
  private final StateRules rules;
  private final Transport transport;
  private final StreamCodec codec;
  private final Scheduler scheduler;
  private final Profile profile;
  private final Stats stats;

  Synchronizer(
      MemberTable members,
      StateRules rules,
      Transport transport,
      StreamCodec codec,
      Scheduler scheduler,
      Profile profile,
      Stats stats) {
    this.members = members;
    this.rules = rules;
    this.transport = transport;
    this.codec = codec;
    this.scheduler = scheduler;
    this.profile = profile;
    this.stats = stats;
  }

  void start(Random random) {
    long interval = profile.pushPullInterval().toNanos();
    scheduler.after(Duration.ofNanos(random.nextLong(interval)), this::tick);
  }

  private void tick() {
    scheduler.after(interval(profile.pushPullInterval(), members.present()), this::tick);
    if (!rules.leaving()) {
      members
          .pick(1, entry -> entry.state == Liveness.ALIVE)
          .forEach(entry -> exchange(entry.address, false, failure -> {}));
    }
  }

  /** The pause between exchanges: large clusters exchange less often, each time more. */
  static Duration interval(Duration base, int members) {
    if (members <= SCALE_FROM) {
      return base;
    }
    double doublings = Math.ceil(Math.log((double) members / SCALE_FROM) / Math.log(2));
    return base.multipliedBy(1 + (long) doublings);
  }

  /**
   * Exchanges everything with a node.
   *
   * @param done is told on the owner: the cause of a failure, or an empty string
   */
  void exchange(InetSocketAddress to, boolean join, Consumer<String> done) {
    byte[] request = codec.request(new Message.PushPull(join, everything()));
    stats.streamsOut.increment();
    stats.streamBytesOut.add(request.length);
    transport.exchange(
        to,
        request,
        profile.streamTimeout(),
        codec::readAnswer,
        new Transport.Outcome<Message>() {
          @Override
          public void answered(Message answer) {
            scheduler.execute(() -> end(answer, done));
          }

          @Override
          public void failed(String cause) {
            scheduler.execute(() -> end(new Message.Failure(cause), done));
          }
        });
  }

  private void end(Message answer, Consumer<String> done) {
    String failure =
        switch (answer) {
          case Message.PushPull state when merge(state.nodes()) -> "";
          case Message.PushPull state -> "it speaks another version of the protocol";
          case Message.Failure refused -> refused.error();
          default -> "it answered with something else";
        };
    (failure.isEmpty() ? stats.synced : stats.syncFailed).increment();
    done.accept(failure);
  }

  /** Answers a node that sent everything. */
  void answer(Message.PushPull request, Receiver.Answer answer) {
    if (rules.leaving()) {
      answer.none();
      return;
    }
    byte[] bytes = codec.answer(new Message.PushPull(false, everything()));
    stats.streamBytesOut.add(bytes.length);
    answer.send(bytes);
    merge(request.nodes());
  }

  private List<Message.NodeState> everything() {
    List<Message.NodeState> states = new ArrayList<>(members.size());
    members.all().forEach(entry -> states.add(entry.toWire()));
    return states;
  }

  /**
   * Takes over what another node knows. A death is taken as a suspicion only: the dead get a chance
   * to refute. Such a suspicion is hearsay, named after the suspect: if this node put its own name
   * to it, a claim that one node made would come back to it confirmed by all that it synchronized
   * with.
   */
  private boolean merge(List<Message.NodeState> nodes) {
    for (Message.NodeState node : nodes) {
      if (node.state().compareTo(Liveness.SUSPECT) <= 0
          && node.versions() != Versions.NONE
          && !node.versions().compatible(Versions.OURS)) {
        stats.drop(DropReason.VERSION);
        return false;
      }
    }
    for (Message.NodeState node : nodes) {
      switch (node.state()) {
        case ALIVE ->
            rules.alive(
                new Message.Alive(
                    node.incarnation(), node.name(), node.address(), node.meta(), node.versions()));
        case SUSPECT, DEAD ->
            rules.suspect(new Message.Suspect(node.incarnation(), node.name(), node.name()));
        case LEFT -> rules.dead(new Message.Dead(node.incarnation(), node.name(), node.name()));
      }
    }
    return true;
  }
}
