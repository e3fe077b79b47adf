package bifrost.sync.replication.engine;

import bifrost.sync.replication.link.Link;
import bifrost.sync.replication.message.Bounds;
import bifrost.sync.replication.message.Mark;
import bifrost.sync.replication.message.SyncMessage.Hello;
import bifrost.sync.replication.message.SyncMessage.Subscribe;
import bifrost.sync.replication.message.SyncMessage.Subscribed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The open links: who is behind them, and what each side wants of the other. The owner's. */
final class Sessions {
  /** The versions of the protocol that this release speaks. */
  static final int PROTOCOL = 1;

  private final EngineSettings settings;
  private final Dialer dialer;
  private final History history;
  private final ChangeLog log;
  private final EngineStats stats;
  private final Map<Link, Session> all = new LinkedHashMap<>();
  private final Map<String, Session> greeted = new TreeMap<>();
  private Set<String> direct = Set.of();
  private Set<String> carried = Set.of();

  Sessions(
      EngineSettings settings, Dialer dialer, History history, ChangeLog log, EngineStats stats) {
    this.settings = settings;
    this.dialer = dialer;
    this.history = history;
    this.log = log;
    this.stats = stats;
  }

  /** Those with a peer that has greeted; a copy. */
  List<Session> greeted() {
    return new ArrayList<>(greeted.values());
  }

  /** The one with a peer; {@code null} for none. */
  Session with(String peer) {
    return greeted.get(peer);
  }

  Set<String> peers() {
    return Set.copyOf(greeted.keySet());
  }

  /** Whether some peer continues what this node has. */
  boolean isAnyComplete() {
    return greeted.values().stream().anyMatch(session -> session.complete && session.isAsked());
  }

  Session of(Link link) {
    return all.get(link);
  }

  void opened(Link link, Topology topology, long nanos) {
    all.put(link, new Session(link, nanos));
    stats.linksOpened++;
    link.dialled().ifPresent(dialer::opened);
    link.send(
        new Hello(
            settings.node(),
            settings.epoch(),
            settings.region(),
            settings.cluster(),
            PROTOCOL,
            PROTOCOL,
            settings.capabilities(),
            settings.product(),
            topology.address(settings.node())));
  }

  /** Forgets a link; returns what it was. */
  Session closed(Link link, String reason, long nanos) {
    Session session = all.remove(link);
    if (session == null) {
      return null;
    }
    String peer =
        session.isGreeted() ? session.peer() : link.dialled().or(link::proved).orElse(null);
    if (session.isGreeted()) {
      greeted.remove(peer, session);
    }
    if (peer != null && !greeted.containsKey(peer)) {
      dialer.failed(peer, reason, nanos);
    }
    return session;
  }

  /**
   * A peer has greeted.
   *
   * @return whether the link is used
   */
  boolean greet(Session session, Hello hello, Topology topology, long nanos) {
    Link link = session.link();
    if (session.isGreeted()) {
      link.refuse("a second greeting on one link");
      return false;
    }
    String refusal = refusal(link, hello);
    if (!refusal.isEmpty()) {
      stats.linksRefused++;
      link.refuse(refusal);
      return false;
    }
    if (!topology.isPresent(hello.node())) {
      stats.linksRefused++;
      link.close("node '%s' is no member that gossip knows of".formatted(hello.node()));
      return false;
    }
    String address = topology.address(hello.node());
    if (!hello.address().isEmpty() && !address.isEmpty() && !hello.address().equals(address)) {
      stats.linksRefused++;
      link.close(
          "node '%s' is at %s, by gossip; the peer of that name is at %s"
              .formatted(hello.node(), address, ChangeApplier.printable(hello.address())));
      return false;
    }
    Session other = greeted.get(hello.node());
    if (other != null && !supersedes(session, hello, other)) {
      link.close("there is a link between these nodes already");
      return false;
    }
    session.greeted(hello);
    greeted.put(hello.node(), session);
    if (other != null) {
      other.link().close("another link between these nodes takes its place");
    }
    dialer.greeted(hello.node());
    return true;
  }

  private String refusal(Link link, Hello hello) {
    if (hello.node().equals(settings.node())) {
      return "node '%s' has this node's own id; give each node its own node_id"
          .formatted(hello.node());
    }
    if (link.dialled().filter(id -> !id.equals(hello.node())).isPresent()
        || link.proved().filter(id -> !id.equals(hello.node())).isPresent()) {
      return "the peer calls itself '%s', '%s' was dialled or proved"
          .formatted(
              ChangeApplier.printable(hello.node()), link.proved().or(link::dialled).orElse(""));
    }
    if (!hello.cluster().isEmpty()
        && !settings.cluster().isEmpty()
        && !hello.cluster().equals(settings.cluster())) {
      return "node '%s' is of cluster '%s', node '%s' of '%s'; set the same name on all nodes"
          .formatted(
              ChangeApplier.printable(hello.node()),
              ChangeApplier.printable(hello.cluster()),
              settings.node(),
              settings.cluster());
    }
    if (hello.oldest() > PROTOCOL || hello.newest() < PROTOCOL) {
      return "the peer speaks versions %d to %d of the protocol, this node %d; upgrade the older"
          .formatted(hello.oldest(), hello.newest(), PROTOCOL);
    }
    return "";
  }

  /** Of two links with one peer both sides keep the same one. */
  private boolean supersedes(Session session, Hello hello, Session other) {
    if (hello.epoch() != other.hello().epoch()) {
      return hello.epoch() > other.hello().epoch();
    }
    boolean mine = settings.node().compareTo(hello.node()) < 0;
    boolean preferred = session.link().dialled().isPresent() == mine;
    boolean otherPreferred = other.link().dialled().isPresent() == mine;
    return preferred || !otherPreferred;
  }

  /** What a peer wants from now on. */
  void subscribed(Session session, Subscribe wanted, Coverage coverage, Topology topology) {
    session.wanted = wanted;
    session.told.clear();
    session.progressSent = 0;
    session.refusalsSent = 0;
    session.marksSentNanos = 0;
    Map<String, Mark> covered = new HashMap<>();
    wanted.covered().forEach(mark -> covered.put(mark.node(), mark));
    List<String> known = coverage.all().stream().map(Mark::node).toList();
    Set<String> origins = Interest.origins(wanted, known, topology.regions());
    Mark own = covered.get(settings.node());
    boolean sameLife = own != null && own.epoch() == settings.epoch();
    long changes = -1;
    long counters = -1;
    if (sameLife && origins.equals(Set.of(settings.node()))) {
      changes = own.changes();
      counters = own.counters();
    } else if (wanted.nodes().stream().allMatch(topology::isPresent)) {
      changes = history.changes(origins, covered);
      counters = history.counters(origins, covered);
    }
    boolean complete = origins.isEmpty() || changes >= log.floor();
    session.changesSent = changes >= log.floor() ? changes : log.head();
    session.countersSent = Math.max(0, counters);
    session.send(new Subscribed(complete));
  }

  /** Asks each peer for what is wanted of it, where that is not what was asked last. */
  void ask(Map<String, Subscriptions.Wanted> plan, Coverage coverage) {
    for (Session session : greeted.values()) {
      Subscriptions.Wanted wanted = plan.get(session.peer());
      if (wanted != null
          && (session.asked == null
              || !session.asked.nodes().equals(wanted.nodes())
              || !session.asked.regions().equals(wanted.regions()))) {
        ask(session, wanted.nodes(), wanted.regions(), coverage);
      }
    }
  }

  /** Asks those again that could not continue: this node has got farther since. */
  void askAgain(Coverage coverage) {
    for (Session session : greeted.values()) {
      if (session.incomplete && session.asked != null) {
        ask(session, session.asked.nodes(), session.asked.regions(), coverage);
      }
    }
  }

  private static void ask(
      Session session, Set<String> nodes, Set<String> regions, Coverage coverage) {
    session.asked =
        new Subscribe(nodes, regions, coverage.copy().stream().limit(Bounds.MAX_ENTRIES).toList());
    session.unanswered++;
    session.complete = false;
    session.incomplete = false;
    session.send(session.asked);
  }

  /** Which regions this node gets directly, and which others may have from it. */
  void carrying(Set<String> directly, Set<String> inAll) {
    direct = Set.copyOf(directly);
    carried = Set.copyOf(inAll);
  }

  Set<String> carried() {
    return carried;
  }

  void beat(long nanos, long wallMillis, Topology topology) {
    for (Session session : greeted.values()) {
      boolean near = settings.region().equals(topology.regions().get(session.peer()));
      session.send(session.beat(nanos, wallMillis, near ? carried : direct));
    }
  }

  /** Gives up links on which nothing comes. */
  void expire(long nanos) {
    long limit = settings.times().silence().toNanos();
    for (Session session : new ArrayList<>(all.values())) {
      if (nanos - session.heardNanos() <= limit) {
        continue;
      }
      if (session.isGreeted()) {
        session.link().close("nothing came for %d ms".formatted(limit / 1_000_000));
      } else {
        session.link().refuse("no greeting came for %d ms".formatted(limit / 1_000_000));
      }
    }
  }

  /** Closes links to those that are no members any more, or that no link is kept to. */
  void retain(Topology topology) {
    for (Session session : greeted()) {
      if (!topology.isPresent(session.peer())) {
        session.link().close("node '%s' is no member any more".formatted(session.peer()));
      } else if (!dialer.wants(session.peer())) {
        session.link().close("no link is needed between these nodes any more");
      }
    }
  }
}
