package bifrost.sync.replication.broker;

import bifrost.api.cluster.ClusterView;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.MemberChange;
import bifrost.api.cluster.MemberInfo;
import bifrost.api.cluster.MemberState;
import bifrost.sync.membership.Leaders;
import bifrost.sync.replication.broker.v1.BrokerWire.Node;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The members of a cluster as the rosters of its brokers show them. A node that is on no roster is
 * gone after a grace; while no broker can be asked nobody is. For one thread.
 */
final class BrokerView {
  /** A node that moves from one broker to another, or whose broker restarts, does not leave. */
  static final Duration GRACE = Duration.ofSeconds(5);

  /** How long a node that is gone stays known. */
  private static final Duration KEPT = Duration.ofMinutes(10);

  /** What stands for the address of replication. */
  static final String BY_BROKER = "broker";

  private static final InetSocketAddress NOWHERE = nowhere();

  private final String self;
  private final Clock clock;
  private final Map<String, Member> members = new TreeMap<>();
  private final Map<String, Instant> missing = new HashMap<>();

  BrokerView(String self, MemberInfo info, Clock clock) {
    this.self = self;
    this.clock = clock;
    members.put(self, new Member(self, NOWHERE, info, MemberState.ALIVE, 1, clock.instant()));
  }

  /**
   * Takes over what the brokers say.
   *
   * @param nodes all nodes at any broker
   * @param known whether any broker can be asked
   * @param own what this node says of itself
   * @return what has changed
   */
  List<MemberChange> update(Collection<Node> nodes, boolean known, MemberInfo own) {
    List<MemberChange> changes = new ArrayList<>();
    Instant now = clock.instant();
    Set<String> seen = new HashSet<>(Set.of(self));
    Member me = members.get(self);
    if (!me.info().equals(own)) {
      Member next = new Member(self, NOWHERE, own, MemberState.ALIVE, 1, me.since());
      members.put(self, next);
      changes.add(new MemberChange(MemberChange.Kind.UPDATED, next));
    }
    for (Node node : nodes) {
      if (seen.add(node.getId())) {
        seen(node, now, changes);
      }
    }
    missing.keySet().removeAll(seen);
    if (known) {
      members.keySet().stream()
          .filter(id -> !seen.contains(id))
          .forEach(id -> missing.putIfAbsent(id, now));
      gone(now, changes);
    } else {
      missing.clear();
    }
    return changes;
  }

  ClusterView view() {
    Leaders leaders = Leaders.of(self, members.values());
    return new ClusterView(
        self, List.copyOf(members.values()), leaders.cluster(), leaders.regions());
  }

  private void seen(Node node, Instant now, List<MemberChange> changes) {
    MemberInfo info =
        new MemberInfo(
            node.getRegion(),
            node.getHttpAddress(),
            BY_BROKER,
            node.getVersion(),
            new HashSet<>(node.getCapabilitiesList()));
    Member before = members.get(node.getId());
    boolean back = before == null || !before.state().isPresent();
    if (back || before.incarnation() != node.getEpoch() || !before.info().equals(info)) {
      Member next =
          new Member(
              node.getId(),
              NOWHERE,
              info,
              MemberState.ALIVE,
              node.getEpoch(),
              back ? now : before.since());
      members.put(node.getId(), next);
      changes.add(
          new MemberChange(back ? MemberChange.Kind.JOINED : MemberChange.Kind.UPDATED, next));
    }
  }

  private void gone(Instant now, List<MemberChange> changes) {
    for (Map.Entry<String, Instant> each : Map.copyOf(missing).entrySet()) {
      Member member = members.get(each.getKey());
      if (member.state().isPresent() && now.isAfter(each.getValue().plus(GRACE))) {
        Member dead =
            new Member(
                member.id(), NOWHERE, member.info(), MemberState.DEAD, member.incarnation(), now);
        members.put(member.id(), dead);
        changes.add(new MemberChange(MemberChange.Kind.FAILED, dead));
      } else if (now.isAfter(each.getValue().plus(KEPT))) {
        members.remove(each.getKey());
        missing.remove(each.getKey());
      }
    }
  }

  private static InetSocketAddress nowhere() {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(new byte[4]), 0);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
