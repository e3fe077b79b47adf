package bifrost.sync.membership;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.PeerDiscovery;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unites what is configured with what the discovery services find, resolves names, and hands the
 * addresses to the protocol. What is found no longer is only no longer tried: gossip decides who is
 * alive.
 */
final class DiscoveryHub {
  private static final Logger LOG = LoggerFactory.getLogger(DiscoveryHub.class);
  private static final int MAX_CANDIDATES = 4_096;
  private static final long CLOSE_MILLIS = 6_000;

  private final Announcement self;
  private final Clock clock;
  private final Consumer<Collection<InetSocketAddress>> seeds;
  private final SerialQueue resolving = new SerialQueue("resolver", 2);
  private final Map<PeerDiscovery, Opened> opened = new ConcurrentHashMap<>();
  private final Set<String> unresolved = ConcurrentHashMap.newKeySet();
  private volatile List<Candidate> peers;

  DiscoveryHub(
      Announcement self,
      List<Candidate> peers,
      Clock clock,
      Consumer<Collection<InetSocketAddress>> seeds) {
    this.self = self;
    this.peers = peers;
    this.clock = clock;
    this.seeds = seeds;
    refresh();
  }

  void peers(List<Candidate> next) {
    peers = next;
    refresh();
  }

  void add(PeerDiscovery discovery) {
    Opened session = new Opened(discovery);
    opened.put(discovery, session);
    session.session = discovery.open(self, session);
  }

  /** Closes a service's session, off the caller's thread. */
  void remove(PeerDiscovery discovery) {
    Opened session = opened.remove(discovery);
    if (session != null) {
      Thread.ofVirtual().name("bifrost-membership-close").start(session::close);
      refresh();
    }
  }

  List<DiscoveryState> states() {
    return opened.values().stream().map(Opened::state).toList();
  }

  /** Resolves all names again and hands over the addresses. */
  void refresh() {
    resolving.offer(() -> seeds.accept(resolve()));
  }

  private Collection<InetSocketAddress> resolve() {
    Set<Candidate> all = new LinkedHashSet<>(peers);
    opened.values().forEach(session -> all.addAll(session.candidates));
    Set<InetSocketAddress> addresses = new LinkedHashSet<>();
    Set<String> failed = new HashSet<>();
    for (Candidate candidate : all) {
      try {
        for (InetAddress address : InetAddress.getAllByName(candidate.host())) {
          addresses.add(new InetSocketAddress(address, candidate.port()));
        }
      } catch (UnknownHostException e) {
        failed.add(candidate.host());
      }
    }
    for (String host : failed) {
      if (unresolved.add(host)) {
        LOG.warn("{}: this peer's name cannot be resolved; it is tried again", host);
      }
    }
    unresolved.retainAll(failed);
    return addresses;
  }

  /** Closes all sessions, each within its time. */
  void close() {
    resolving.close();
    List<Thread> closing = new ArrayList<>();
    for (Opened session : opened.values()) {
      closing.add(Thread.ofVirtual().name("bifrost-membership-close").start(session::close));
    }
    opened.clear();
    try {
      for (Thread thread : closing) {
        thread.join(CLOSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One discovery service and what it found. */
  private final class Opened implements PeerDiscovery.Observer {
    private final PeerDiscovery discovery;
    private volatile PeerDiscovery.Session session = () -> {};
    private volatile Set<Candidate> candidates = Set.of();
    private volatile Optional<Instant> lastFound = Optional.empty();
    private volatile Optional<String> failure = Optional.empty();

    Opened(PeerDiscovery discovery) {
      this.discovery = discovery;
    }

    @Override
    public void found(Set<Candidate> found) {
      if (failure.isPresent()) {
        LOG.info("discovery {}: works again", discovery.method());
      }
      failure = Optional.empty();
      take(found);
    }

    @Override
    public void foundInPart(Set<Candidate> found, String cause) {
      if (failure.isEmpty()) {
        LOG.warn("discovery {}: works only in part: {}", discovery.method(), cause);
      }
      failure = Optional.of(cause);
      take(found);
    }

    private void take(Set<Candidate> found) {
      Set<Candidate> next =
          found.size() <= MAX_CANDIDATES
              ? Set.copyOf(found)
              : found.stream().limit(MAX_CANDIDATES).collect(Collectors.toUnmodifiableSet());
      lastFound = Optional.of(clock.instant());
      if (!next.equals(candidates)) {
        LOG.info("discovery {}: found {} candidates", discovery.method(), next.size());
        candidates = next;
        refresh();
      }
    }

    @Override
    public void failed(String cause) {
      if (failure.isEmpty()) {
        LOG.warn("discovery {}: fails, members that are known stay: {}", discovery.method(), cause);
      }
      failure = Optional.of(cause);
    }

    private DiscoveryState state() {
      return new DiscoveryState(
          discovery.method(), discovery.scope(), candidates, lastFound, failure);
    }

    private void close() {
      try {
        session.close();
      } catch (Exception e) {
        LOG.warn("discovery {}: closing failed", discovery.method(), e);
      }
    }
  }
}
