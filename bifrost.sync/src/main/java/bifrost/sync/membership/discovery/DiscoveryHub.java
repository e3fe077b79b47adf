package bifrost.sync.membership.discovery;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryState;
import bifrost.api.cluster.PeerDiscovery;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unites what is configured with what the discovery services find, resolves names, and hands the
 * addresses to the protocol. What is found no longer is only no longer tried: gossip decides who is
 * alive.
 *
 * <p>A service that goes is closed once another one has registered this node, so that the node can
 * be found all the time. Safe for any thread.
 */
public final class DiscoveryHub {
  private static final Logger LOG = LoggerFactory.getLogger(DiscoveryHub.class);

  /** How long a session whose service is gone waits for a successor to register this node. */
  private static final Duration SUCCESSOR_REGISTERS = Duration.ofSeconds(10);

  /** The least time between two rounds of resolving, however often services report. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final Duration LOOKUPS = Duration.ofSeconds(5);

  private final Announcement self;
  private final boolean selfOnLoopback;
  private final Clock clock;
  private final Consumer<Collection<InetSocketAddress>> seeds;
  private final AddressResolver resolver = new AddressResolver(InetAddress::getAllByName, LOOKUPS);

  /** Guards the fields below; never held across a call to a service. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final Map<PeerDiscovery, DiscoverySession> opened = new LinkedHashMap<>();
  private final Set<DiscoverySession> retiring = new LinkedHashSet<>();
  private List<Candidate> peers;
  private boolean stale = true;
  private boolean closed;

  private final Thread resolving;

  /**
   * Starts with the configured peers.
   *
   * @param self what services publish of this node
   * @param peers the configured peers
   * @param seeds takes the addresses to join, all of them each time
   */
  public DiscoveryHub(
      Announcement self,
      List<Candidate> peers,
      Clock clock,
      Consumer<Collection<InetSocketAddress>> seeds) {
    this.self = self;
    this.selfOnLoopback =
        AddressSpace.literal(self.host()).map(InetAddress::isLoopbackAddress).orElse(false);
    this.peers = peers;
    this.clock = clock;
    this.seeds = seeds;
    this.resolving = Thread.ofVirtual().name("bifrost-discovery-hub").start(this::resolveForever);
  }

  /** Replaces the configured peers. */
  public void peers(List<Candidate> next) {
    lock.lock();
    try {
      peers = next;
    } finally {
      lock.unlock();
    }
    refresh();
  }

  /**
   * Uses a service from now on; one that is in use stays as it is.
   *
   * @param properties the service's properties
   */
  public void add(PeerDiscovery discovery, Map<String, Object> properties) {
    DiscoverySession session = new DiscoverySession(discovery, properties, clock, this::refresh);
    lock.lock();
    try {
      if (closed || opened.putIfAbsent(discovery, session) != null) {
        return;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    session.open(self);
  }

  /**
   * Uses a service no longer: its session is closed once another has registered this node.
   *
   * @param last whether the service's bundle goes too, so that the session must be closed when this
   *     returns; else the wait is on another thread
   */
  public void remove(PeerDiscovery discovery, boolean last) {
    DiscoverySession session;
    lock.lock();
    try {
      session = opened.remove(discovery);
      if (session == null) {
        return;
      }
      retiring.add(session);
    } finally {
      lock.unlock();
    }
    if (last) {
      retire(session, true);
    } else {
      Thread.ofVirtual().name("bifrost-discovery-retire").start(() -> retire(session, false));
    }
  }

  private void retire(DiscoverySession session, boolean last) {
    String successor = awaitSuccessor(last);
    LOG.info(
        "discovery {}: closes, {}",
        session.method(),
        successor.isEmpty() ? "there is no other that has registered this node" : successor);
    session.close();
    lock.lock();
    try {
      retiring.remove(session);
    } finally {
      lock.unlock();
    }
    refresh();
  }

  /**
   * Waits until another session has registered this node; says which, or nothing.
   *
   * @param last whether only one that is there already counts
   */
  private String awaitSuccessor(boolean last) {
    long start = System.nanoTime();
    lock.lock();
    try {
      while (!closed) {
        for (DiscoverySession other : opened.values()) {
          if (other.isRegistered()) {
            return other.method() + " has registered this node";
          }
        }
        Duration limit = last && opened.isEmpty() ? Duration.ZERO : SUCCESSOR_REGISTERS;
        long left = limit.toNanos() - (System.nanoTime() - start);
        if (left <= 0) {
          return "";
        }
        changed.awaitNanos(left);
      }
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    } finally {
      lock.unlock();
    }
  }

  /** What each service reports. */
  public List<DiscoveryState> states() {
    return sessions(false).stream().map(DiscoverySession::state).toList();
  }

  /** Resolves all names again and hands over the addresses, soon. */
  public void refresh() {
    lock.lock();
    try {
      stale = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private List<DiscoverySession> sessions(boolean withRetiring) {
    lock.lock();
    try {
      List<DiscoverySession> sessions = new ArrayList<>(opened.values());
      if (withRetiring) {
        sessions.addAll(retiring);
      }
      return sessions;
    } finally {
      lock.unlock();
    }
  }

  private void resolveForever() {
    try {
      while (awaitStale()) {
        resolve();
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private boolean awaitStale() throws InterruptedException {
    lock.lock();
    try {
      while (!stale && !closed) {
        changed.await();
      }
      stale = false;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void resolve() throws InterruptedException {
    List<DiscoverySession> sessions = sessions(true);
    List<Candidate> configured = configured();
    Set<String> hosts = new LinkedHashSet<>();
    configured.forEach(peer -> hosts.add(peer.host()));
    sessions.forEach(session -> session.candidates().forEach(c -> hosts.add(c.host())));
    Map<String, List<InetAddress>> addresses = resolver.resolve(hosts);
    Set<InetSocketAddress> all = new LinkedHashSet<>();
    for (Candidate peer : configured) {
      for (InetAddress address : addresses.getOrDefault(peer.host(), List.of())) {
        all.add(new InetSocketAddress(address, peer.port()));
      }
    }
    for (DiscoverySession session : sessions) {
      Set<String> outside = new HashSet<>();
      for (Candidate candidate : session.candidates()) {
        if (isSelf(candidate)) {
          continue;
        }
        for (InetAddress address : addresses.getOrDefault(candidate.host(), List.of())) {
          if (!session.allows(address)) {
            outside.add(candidate.host());
          } else if (selfOnLoopback || !address.isLoopbackAddress()) {
            all.add(new InetSocketAddress(address, candidate.port()));
          }
        }
      }
      session.outsideNames(outside.size());
    }
    seeds.accept(all);
  }

  private List<Candidate> configured() {
    lock.lock();
    try {
      return peers;
    } finally {
      lock.unlock();
    }
  }

  private boolean isSelf(Candidate candidate) {
    return candidate.nodeId().map(self.nodeId()::equals).orElse(false)
        || candidate.host().equals(self.host()) && candidate.port() == self.port();
  }

  /** Closes all sessions, each within its time. */
  public void close() {
    List<DiscoverySession> sessions;
    lock.lock();
    try {
      closed = true;
      sessions = new ArrayList<>(opened.values());
      opened.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    resolving.interrupt();
    List<Thread> closing = new ArrayList<>();
    for (DiscoverySession session : sessions) {
      closing.add(Thread.ofVirtual().name("bifrost-discovery-close").start(session::close));
    }
    try {
      for (Thread thread : closing) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
