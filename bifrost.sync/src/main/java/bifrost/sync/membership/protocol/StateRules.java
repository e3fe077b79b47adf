package bifrost.sync.membership.protocol;

import bifrost.sync.membership.protocol.NodeListener.Kind;
import bifrost.sync.membership.wire.Message;
import bifrost.sync.membership.wire.Message.Liveness;
import bifrost.sync.membership.wire.MessageWriter;
import bifrost.sync.membership.wire.Versions;
import java.time.Duration;
import java.util.Arrays;

/**
 * What a claim about a member changes. A claim counts only with a high enough incarnation, which
 * the member alone can raise: it refutes a wrong claim about itself by a higher one.
 *
 * <pre>
 *   alive(i)    beats alive(j), suspect(j), dead(j)   when i &gt; j
 *   suspect(i)  beats alive(j)                        when i &gt;= j
 *   dead(i)     beats alive(j), suspect(j)            when i &gt;= j
 * </pre>
 */
final class StateRules {
  private static final int MAX_MEMBERS = 4_096;

  private final MemberTable members;
  private final BroadcastQueue queue;
  private final Awareness awareness;
  private final Scheduler scheduler;
  private final Profile profile;
  private final Stats stats;
  private final NodeListener listener;
  private boolean leaving;

  StateRules(
      MemberTable members,
      BroadcastQueue queue,
      Awareness awareness,
      Scheduler scheduler,
      Profile profile,
      Stats stats,
      NodeListener listener) {
    this.members = members;
    this.queue = queue;
    this.awareness = awareness;
    this.scheduler = scheduler;
    this.profile = profile;
    this.stats = stats;
    this.listener = listener;
  }

  /** Makes this node known to itself. */
  void start(byte[] meta) {
    MemberEntry local = members.local();
    local.meta = meta;
    local.versions = Versions.OURS;
    local.incarnation = 1;
    local.become(Liveness.ALIVE, scheduler.nanos());
    members.recount();
    broadcastAlive(local);
  }

  boolean leaving() {
    return leaving;
  }

  void alive(Message.Alive claim) {
    MemberEntry entry = members.get(claim.node());
    if (entry == members.local()) {
      aliveLocal(claim, entry);
      return;
    }
    if (claim.versions() != Versions.NONE && !claim.versions().valid()
        || claim.address().getPort() == 0) {
      return;
    }
    boolean takesOver = false;
    if (entry == null) {
      if (members.size() >= MAX_MEMBERS) {
        return;
      }
      entry = new MemberEntry(claim.node(), claim.address(), scheduler.nanos());
      members.add(entry);
      takesOver = true;
    } else if (!entry.address.equals(claim.address())) {
      if (!mayReclaim(entry)) {
        stats.conflicts.increment();
        listener.conflict(entry.toRecord(), claim.address());
        return;
      }
      takesOver = true;
    }
    if (claim.incarnation() <= entry.incarnation && !takesOver) {
      return;
    }
    accept(claim, entry);
  }

  /** A claim about this node that is not its own: an older life of it, or another node. */
  private void aliveLocal(Message.Alive claim, MemberEntry local) {
    boolean same =
        claim.incarnation() == local.incarnation
            && Arrays.equals(claim.meta(), local.meta)
            && claim.versions().equals(local.versions)
            && claim.address().equals(local.address);
    if (leaving || same || claim.incarnation() < local.incarnation) {
      return;
    }
    if (!claim.address().equals(local.address)) {
      stats.conflicts.increment();
      listener.conflict(local.toRecord(), claim.address());
    }
    refute(local, claim.incarnation());
  }

  private boolean mayReclaim(MemberEntry entry) {
    long deadFor = scheduler.nanos() - entry.changedAt;
    return entry.state == Liveness.LEFT
        || entry.state == Liveness.DEAD && deadFor >= profile.reclaimAfter().toNanos();
  }

  private void accept(Message.Alive claim, MemberEntry entry) {
    Liveness before = entry.state;
    boolean differs =
        !Arrays.equals(entry.meta, claim.meta()) || !entry.address.equals(claim.address());
    entry.clearSuspicion();
    entry.incarnation = claim.incarnation();
    entry.meta = claim.meta();
    entry.address = claim.address();
    entry.versions = claim.versions();
    entry.become(Liveness.ALIVE, scheduler.nanos());
    members.recount();
    broadcastAlive(entry);
    switch (before) {
      case DEAD, LEFT -> listener.changed(Kind.JOINED, entry.toRecord());
      case SUSPECT -> {
        listener.changed(Kind.CLEARED, entry.toRecord());
        if (differs) {
          listener.changed(Kind.UPDATED, entry.toRecord());
        }
      }
      case ALIVE -> {
        if (differs) {
          listener.changed(Kind.UPDATED, entry.toRecord());
        }
      }
    }
  }

  void suspect(Message.Suspect claim) {
    MemberEntry entry = members.get(claim.node());
    if (entry == null || claim.incarnation() < entry.incarnation) {
      return;
    }
    if (entry.suspicion != null) {
      boolean hearsay = claim.from().equals(claim.node());
      if (!hearsay && entry.suspicion.confirm(claim.from())) {
        broadcast(claim.node(), claim);
      }
      return;
    }
    if (entry.state != Liveness.ALIVE) {
      return;
    }
    if (entry == members.local()) {
      if (!leaving) {
        refute(entry, claim.incarnation());
      }
      return;
    }
    broadcast(claim.node(), claim);
    stats.suspicions.increment();
    entry.incarnation = claim.incarnation();
    entry.become(Liveness.SUSPECT, scheduler.nanos());
    entry.suspicion = suspicion(entry, claim.from());
    listener.changed(Kind.SUSPECTED, entry.toRecord());
  }

  private Suspicion suspicion(MemberEntry entry, String accuser) {
    int known = members.present();
    Duration min =
        SuspicionTimeout.shortest(profile.suspicionMult(), known, profile.probeInterval());
    int expected = SuspicionTimeout.expected(profile.confirmations(), known);
    Duration max = min.multipliedBy(profile.suspicionMaxMult());
    return new Suspicion(
        scheduler,
        min,
        max,
        expected,
        accuser,
        () -> {
          if (entry.state == Liveness.SUSPECT) {
            dead(new Message.Dead(entry.incarnation, entry.name, members.local().name));
          }
        });
  }

  void dead(Message.Dead claim) {
    MemberEntry entry = members.get(claim.node());
    if (entry == null || claim.incarnation() < entry.incarnation || !entry.isPresent()) {
      return;
    }
    if (entry == members.local() && !leaving) {
      refute(entry, claim.incarnation());
      return;
    }
    boolean said = claim.from().equals(claim.node());
    entry.clearSuspicion();
    broadcast(claim.node(), claim);
    entry.incarnation = claim.incarnation();
    entry.become(said ? Liveness.LEFT : Liveness.DEAD, scheduler.nanos());
    members.recount();
    listener.changed(said ? Kind.LEFT : Kind.FAILED, entry.toRecord());
  }

  /** Takes this node out; gives the goodbye, which is also spread as news. */
  Message leave() {
    leaving = true;
    MemberEntry local = members.local();
    Message.Dead goodbye = new Message.Dead(local.incarnation, local.name, local.name);
    broadcast(local.name, goodbye);
    local.become(Liveness.LEFT, scheduler.nanos());
    members.recount();
    return goodbye;
  }

  /** Says something else of this node. */
  void describe(byte[] meta) {
    MemberEntry local = members.local();
    local.meta = meta;
    local.incarnation++;
    broadcastAlive(local);
    listener.changed(Kind.UPDATED, local.toRecord());
  }

  private void refute(MemberEntry local, long accused) {
    local.incarnation = Math.max(local.incarnation, accused) + 1;
    awareness.apply(1);
    stats.refutations.increment();
    broadcastAlive(local);
  }

  private void broadcastAlive(MemberEntry entry) {
    broadcast(entry.name, entry.aliveClaim());
  }

  private void broadcast(String subject, Message message) {
    queue.add(subject, MessageWriter.write(message));
  }
}
