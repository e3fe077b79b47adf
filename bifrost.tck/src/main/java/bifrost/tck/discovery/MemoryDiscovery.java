package bifrost.tck.discovery;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.PeerDiscovery;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * A discovery whose backend is a registry in memory that can go dark, for tests of what stands
 * above discovery. Safe for any thread.
 */
public final class MemoryDiscovery implements PeerDiscovery {
  private final Registry registry;
  private final String serviceName;
  private final String method;

  /** What several discoveries share: the backend. */
  public static final class Registry {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final List<MemorySession> sessions = new ArrayList<>();
    private volatile boolean dark;

    /** Takes the backend away, or brings it back. */
    public void setDark(boolean dark) {
      this.dark = dark;
      tellAll();
    }

    /** The ids of the nodes that are registered under a name. */
    public Set<String> registered(String serviceName) {
      lock.lock();
      try {
        return entries.values().stream()
            .filter(entry -> entry.serviceName().equals(serviceName))
            .map(entry -> entry.node().nodeId())
            .collect(Collectors.toSet());
      } finally {
        lock.unlock();
      }
    }

    private void put(String key, Entry entry) {
      lock.lock();
      try {
        entries.put(key, entry);
      } finally {
        lock.unlock();
      }
      tellAll();
    }

    /** Removes an entry if it is the owner's. */
    private void remove(String key, MemorySession owner) {
      lock.lock();
      try {
        sessions.remove(owner);
        if (!dark && entries.containsKey(key) && entries.get(key).owner() == owner) {
          entries.remove(key);
        }
      } finally {
        lock.unlock();
      }
      tellAll();
    }

    private void tellAll() {
      lock.lock();
      try {
        sessions.forEach(MemorySession::wake);
      } finally {
        lock.unlock();
      }
    }
  }

  private record Entry(String serviceName, Announcement node, MemorySession owner) {}

  /** A discovery by the name {@code memory}. */
  public MemoryDiscovery(Registry registry, String serviceName) {
    this(registry, serviceName, "memory");
  }

  /** A discovery by any name. */
  public MemoryDiscovery(Registry registry, String serviceName, String method) {
    this.registry = registry;
    this.serviceName = serviceName;
    this.method = method;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public Scope scope() {
    return Scope.GLOBAL;
  }

  @Override
  public Session open(Announcement self, Observer observer) {
    MemorySession session = new MemorySession(self, observer);
    registry.lock.lock();
    try {
      registry.sessions.add(session);
    } finally {
      registry.lock.unlock();
    }
    session.wake();
    return session;
  }

  private final class MemorySession implements Session {
    private final Announcement self;
    private final Observer observer;
    private final ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
    private boolean registered;

    private MemorySession(Announcement self, Observer observer) {
      this.self = self;
      this.observer = observer;
    }

    private void wake() {
      if (!thread.isShutdown()) {
        thread.execute(this::look);
      }
    }

    private void look() {
      if (registry.dark) {
        observer.failed("the registry in memory is dark");
        return;
      }
      if (!registered) {
        registered = true;
        registry.put(key(), new Entry(serviceName, self, this));
        observer.registered();
      }
      Set<Candidate> found = new HashSet<>();
      Set<String> others = new HashSet<>();
      registry.lock.lock();
      try {
        for (Entry entry : registry.entries.values()) {
          if (entry.serviceName().equals(serviceName)) {
            Announcement node = entry.node();
            found.add(
                new Candidate(
                    node.host(),
                    node.port(),
                    Optional.of(node.nodeId()),
                    Optional.of(node.region())));
          } else {
            others.add(entry.serviceName());
          }
        }
      } finally {
        registry.lock.unlock();
      }
      observer.found(found);
      observer.others(others);
    }

    private String key() {
      return serviceName + "/" + self.nodeId();
    }

    @Override
    public void close() {
      thread.shutdown();
      try {
        thread.awaitTermination(5, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      registry.remove(key(), this);
    }
  }
}
