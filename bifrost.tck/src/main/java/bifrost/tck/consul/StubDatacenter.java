package bifrost.tck.consul;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The catalog of one data centre: services, the state of their checks, and the index. */
final class StubDatacenter {
  private static final long FIRST_INDEX = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String name;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, StubService> services = new LinkedHashMap<>();
  private final Map<String, Long> criticalSince = new HashMap<>();
  private final Map<String, Long> indexes = new HashMap<>();
  private long index = FIRST_INDEX;

  StubDatacenter(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /** What a query sees. */
  record View(List<StubService> services, Set<String> critical, long index) {}

  void put(StubService service) {
    change(
        service.name(),
        () -> {
          services.put(key(service.node(), service.id()), service);
          criticalSince.remove(key(service.node(), service.id()));
        });
  }

  StubService get(String node, String id) {
    lock.lock();
    try {
      return services.get(key(node, id));
    } finally {
      lock.unlock();
    }
  }

  boolean remove(String node, String id) {
    StubService service = get(node, id);
    if (service == null) {
      return false;
    }
    change(service.name(), () -> services.remove(key(node, id)));
    return true;
  }

  void clear() {
    all().forEach(service -> remove(service.node(), service.id()));
  }

  List<StubService> all() {
    lock.lock();
    try {
      return List.copyOf(services.values());
    } finally {
      lock.unlock();
    }
  }

  void resetIndex() {
    lock.lock();
    try {
      index = 1;
      indexes.replaceAll((service, old) -> 1L);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The instances of a service, at once or when its index has passed another, or after a wait. */
  View await(String service, long after, long waitMillis) throws InterruptedException {
    long left = TimeUnit.MILLISECONDS.toNanos(waitMillis);
    lock.lock();
    try {
      long started = indexOf(service);
      while (after > 0 && indexOf(service) <= after && indexOf(service) >= started && left > 0) {
        left = changed.awaitNanos(left);
      }
      List<StubService> found =
          services.values().stream().filter(each -> each.name().equals(service)).toList();
      return new View(found, Set.copyOf(criticalSince.keySet()), indexOf(service));
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something holds of the ids of all services, those of one agent after another. */
  void await(String what, Predicate<List<String>> holds) throws InterruptedException {
    long left = PATIENCE.toNanos();
    lock.lock();
    try {
      while (!holds.test(services.values().stream().map(StubService::id).toList())) {
        if (left <= 0) {
          throw new AssertionError(what + ": not after " + PATIENCE + ", but " + services.keySet());
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  long index() {
    lock.lock();
    try {
      return index;
    } finally {
      lock.unlock();
    }
  }

  /** Runs all checks: the unreachable become critical, the long critical are deregistered. */
  void check(Set<String> unreachable) {
    long now = System.nanoTime();
    for (StubService service : new ArrayList<>(all())) {
      String key = key(service.node(), service.id());
      boolean fails = unreachable.contains(service.tcp());
      lock.lock();
      Long since;
      try {
        since = criticalSince.get(key);
      } finally {
        lock.unlock();
      }
      if (fails && since == null) {
        change(service.name(), () -> criticalSince.put(key, now));
      } else if (!fails && since != null) {
        change(service.name(), () -> criticalSince.remove(key));
      } else if (fails && TimeUnit.NANOSECONDS.toMillis(now - since) > service.deregisterMillis()) {
        remove(service.node(), service.id());
      }
    }
  }

  static String key(String node, String id) {
    return node + "/" + id;
  }

  /** A service that was never there has the index of the whole. */
  private long indexOf(String service) {
    return indexes.getOrDefault(service, index);
  }

  private void change(String service, Runnable change) {
    lock.lock();
    try {
      change.run();
      index++;
      indexes.put(service, index);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
