package bifrost.sync.replication.engine;

import bifrost.api.cluster.MemberSync;
import bifrost.api.cluster.ReplicationState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the exchange with each member goes, and the alarm for a member that gossips but does not
 * synchronize. The owner's.
 */
final class Health {
  private static final Logger LOG = LoggerFactory.getLogger(Health.class);
  private static final long MOST_SKEW_MILLIS = 30_000;

  private final EngineSettings settings;
  private final Local local;
  private final Dialer dialer;
  private final Sessions sessions;
  private final Probe probe;
  private final Arrivals arrivals;
  private final ChangeLog log;
  private final Notes notes;
  private final Map<String, Long> presentSince = new HashMap<>();
  private final Set<String> silent = new HashSet<>();
  private final Set<String> skewed = new HashSet<>();

  Health(
      EngineSettings settings,
      Local local,
      Dialer dialer,
      Sessions sessions,
      Probe probe,
      Arrivals arrivals,
      ChangeLog log,
      Notes notes) {
    this.settings = settings;
    this.local = local;
    this.dialer = dialer;
    this.sessions = sessions;
    this.probe = probe;
    this.arrivals = arrivals;
    this.log = log;
    this.notes = notes;
  }

  /** Raises and ends alarms. */
  void check(Topology topology, Set<String> peers, long nanos) {
    presentSince.keySet().retainAll(peers);
    silent.retainAll(peers);
    skewed.retainAll(peers);
    long limit = settings.times().alarm().toMillis();
    for (String peer : peers) {
      long since = presentSince.computeIfAbsent(peer, node -> nanos);
      long lag = probe.lagMillis(peer);
      Session session = sessions.with(peer);
      boolean able = session == null || session.can(EngineSettings.PROGRESS);
      boolean confirms = !able || (lag >= 0 && lag <= limit);
      if (confirms && silent.remove(peer)) {
        LOG.info("{}: synchronizes again, lag {} ms", peer, lag);
      } else if (!confirms && nanos - since > limit * 1_000_000 && silent.add(peer)) {
        LOG.warn(
            "{}: is a member but has confirmed no counts for {} s: {}",
            peer,
            Duration.ofMillis(lag < 0 ? (nanos - since) / 1_000_000 : lag).toSeconds(),
            cause(topology, peer));
      }
      skew(peer);
    }
  }

  private void skew(String peer) {
    Session session = sessions.with(peer);
    if (session == null || session.roundTripNanos < 0) {
      return;
    }
    boolean off = Math.abs(session.clockOffsetMillis) > MOST_SKEW_MILLIS;
    if (off && skewed.add(peer)) {
      LOG.warn(
          "{}: its clock is {} s off this node's; changes from the future are refused. Set the"
              + " clocks right",
          peer,
          session.clockOffsetMillis / 1_000);
    } else if (!off && skewed.remove(peer)) {
      LOG.info("{}: its clock agrees with this node's again", peer);
    }
  }

  private String cause(Topology topology, String peer) {
    if (sessions.with(peer) != null) {
      return "the link to it is open, but its confirmations do not come back";
    }
    if (dialer.wants(peer)) {
      String failure = dialer.failure(peer);
      return failure.isEmpty() ? "no link to it has come about" : failure;
    }
    return "no relay passes on what is written in region '%s'"
        .formatted(topology.regions().getOrDefault(peer, ""));
  }

  /** The picture of now. */
  ReplicationState state(Topology topology, Set<String> peers) {
    List<MemberSync> members = new ArrayList<>();
    for (String peer : new TreeSet<>(peers)) {
      members.add(member(topology, peer));
    }
    return new ReplicationState(
        settings.mesh() ? "mesh" : "relay",
        List.copyOf(new TreeSet<>(sessions.carried())),
        members,
        notes.conflicts(),
        notes.refused());
  }

  private MemberSync member(Topology topology, String peer) {
    Optional<Session> session = Optional.ofNullable(sessions.with(peer));
    Optional<Session> measured = session.filter(link -> link.roundTripNanos >= 0);
    long lag = probe.lagMillis(peer);
    String failure = dialer.failure(peer);
    return new MemberSync(
        peer,
        path(topology, peer),
        session.map(link -> link.link().remote()),
        session.isPresent() || failure.isEmpty() ? Optional.empty() : Optional.of(failure),
        session.map(link -> link.hello().capabilities()).orElse(Set.of()),
        measured.map(link -> Duration.ofNanos(link.roundTripNanos)),
        measured.map(link -> Duration.ofMillis(link.clockOffsetMillis)),
        lag < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(lag)),
        arrivals.behind(peer, log),
        silent.contains(peer));
  }

  private MemberSync.Path path(Topology topology, String peer) {
    MemberSync.Path path = MemberSync.Path.NONE;
    for (Session session : sessions.greeted()) {
      if (session.asked != null && Interest.covers(session.asked, peer, topology.regions())) {
        if (session.peer().equals(peer)) {
          return MemberSync.Path.DIRECT;
        }
        path = MemberSync.Path.RELAYED;
      }
    }
    return path;
  }
}
