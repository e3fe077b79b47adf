package bifrost.sync.membership.protocol;

import bifrost.sync.membership.wire.Message.Liveness;
import java.time.Duration;
import java.util.Random;

/** Spreads news to a few random members at a steady pace. */
final class Gossiper {
  private final MemberTable members;
  private final BroadcastQueue queue;
  private final Sender sender;
  private final Scheduler scheduler;
  private final Profile profile;

  Gossiper(
      MemberTable members,
      BroadcastQueue queue,
      Sender sender,
      Scheduler scheduler,
      Profile profile) {
    this.members = members;
    this.queue = queue;
    this.sender = sender;
    this.scheduler = scheduler;
    this.profile = profile;
  }

  void start(Random random) {
    long interval = profile.gossipInterval().toNanos();
    scheduler.after(Duration.ofNanos(random.nextLong(interval)), this::tick);
  }

  private void tick() {
    scheduler.after(profile.gossipInterval(), this::tick);
    spread();
  }

  /** One round now. */
  void spread() {
    if (queue.size() == 0) {
      return;
    }
    for (MemberEntry entry : members.pick(profile.gossipNodes(), this::wantsNews)) {
      if (!sender.sendNews(entry)) {
        return;
      }
    }
  }

  private boolean wantsNews(MemberEntry entry) {
    long age = scheduler.nanos() - entry.changedAt;
    return entry.isPresent()
        || entry.state == Liveness.DEAD && age < profile.gossipToDead().toNanos();
  }
}
