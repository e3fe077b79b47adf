package bifrost.sync.membership;

import bifrost.api.cluster.ClusterView;
import bifrost.api.cluster.Member;
import bifrost.api.cluster.MemberChange;
import bifrost.api.cluster.MemberInfo;
import bifrost.api.cluster.MemberState;
import bifrost.api.cluster.MembershipListener;
import bifrost.sync.membership.protocol.MemberRecord;
import bifrost.sync.membership.protocol.NodeListener;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the view of the cluster and tells the listeners. */
final class ViewPublisher {
  private static final Logger LOG = LoggerFactory.getLogger(ViewPublisher.class);

  private final String localId;
  private final Clock clock;
  private final LongSupplier nanos;
  private final Map<MembershipListener, ListenerFeed> feeds = new ConcurrentHashMap<>();

  /** Keeps a view from overtaking the one after it on its way to a listener. */
  private final ReentrantLock order = new ReentrantLock();

  private volatile ClusterView view;

  /**
   * A publisher.
   *
   * @param nanos the clock of the protocol
   */
  ViewPublisher(String localId, Clock clock, LongSupplier nanos, Member local) {
    this.localId = localId;
    this.clock = clock;
    this.nanos = nanos;
    Leaders leaders = Leaders.of(localId, List.of(local));
    this.view = new ClusterView(localId, List.of(local), leaders.cluster(), leaders.regions());
  }

  ClusterView view() {
    return view;
  }

  void add(MembershipListener listener) {
    ListenerFeed feed = new ListenerFeed(listener);
    order.lock();
    try {
      feeds.put(listener, feed);
      feed.publish(view, List.of());
    } finally {
      order.unlock();
    }
  }

  void remove(MembershipListener listener) {
    Optional.ofNullable(feeds.remove(listener)).ifPresent(ListenerFeed::close);
  }

  /** Publishes what is now; called by the owner, after changes. */
  void publish(List<MemberRecord> records, List<MemberChange> changes) {
    List<Member> members = new ArrayList<>(records.size());
    for (MemberRecord each : records) {
      members.add(member(each));
    }
    members.sort(Comparator.comparing(Member::id));
    Leaders leaders = Leaders.of(localId, members);
    ClusterView before = view;
    ClusterView next = new ClusterView(localId, members, leaders.cluster(), leaders.regions());
    changes.forEach(ViewPublisher::log);
    if (!leaders.cluster().equals(before.leader())) {
      LOG.info("{}: leads the cluster now, before {}", leaders.cluster(), before.leader());
    }
    order.lock();
    try {
      view = next;
      feeds.values().forEach(feed -> feed.publish(next, changes));
    } finally {
      order.unlock();
    }
  }

  Member member(MemberRecord each) {
    MemberInfo info = Metadata.decode(each.meta());
    Instant since = clock.instant().minusNanos(nanos.getAsLong() - each.changedAt());
    MemberState state = MemberState.values()[each.state().ordinal()];
    return new Member(each.name(), each.address(), info, state, each.incarnation(), since);
  }

  /** The change that listeners hear of; empty for a member that was only forgotten. */
  Optional<MemberChange> change(NodeListener.Kind kind, MemberRecord each) {
    return kind == NodeListener.Kind.REAPED
        ? Optional.empty()
        : Optional.of(new MemberChange(MemberChange.Kind.valueOf(kind.name()), member(each)));
  }

  private static void log(MemberChange change) {
    Member member = change.member();
    String address = member.address().getAddress().getHostAddress();
    switch (change.kind()) {
      case JOINED ->
          LOG.info("{}: joined from {}, region {}", member.id(), address, member.region());
      case LEFT -> LOG.info("{}: left", member.id());
      case FAILED -> LOG.warn("{}: failed, it no longer answers at {}", member.id(), address);
      case SUSPECTED -> LOG.info("{}: suspected, it did not answer at {}", member.id(), address);
      case CLEARED -> LOG.info("{}: no longer suspected", member.id());
      case UPDATED -> LOG.debug("{}: says {}", member.id(), member.info());
    }
  }

  void close() {
    feeds.values().forEach(ListenerFeed::close);
    feeds.clear();
  }
}
