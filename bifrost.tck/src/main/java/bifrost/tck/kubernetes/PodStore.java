package bifrost.tck.kubernetes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** The pods, what happened to them by version, and who watches. Safe for any thread. */
final class PodStore {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Map<String, Object>> pods = new LinkedHashMap<>();
  private final List<Event> events = new ArrayList<>();
  private long version = 100;
  private long forgotten;
  private final Set<Watch> watches = new HashSet<>();
  private boolean dark;

  /** Somebody who watches. */
  static final class Watch {
    private volatile boolean cut;

    /** Whether it is to end. */
    boolean isCut() {
      return cut;
    }
  }

  /** Something that happened to a pod. */
  record Event(long version, String type, Map<String, Object> pod) {}

  /** The pods as of a version. */
  record Listing(List<Map<String, Object>> pods, long version) {}

  /** Puts a pod, or replaces the one of its name; it is given its version. */
  void put(String name, UnaryOperator<Map<String, Object>> change) {
    change(
        () -> {
          version++;
          Map<String, Object> pod = change.apply(pods.get(name));
          metadata(pod).put("resourceVersion", Long.toString(version));
          String type = pods.put(name, pod) == null ? "ADDED" : "MODIFIED";
          events.add(new Event(version, type, pod));
        });
  }

  void delete(String name) {
    change(
        () -> {
          Map<String, Object> pod = pods.remove(name);
          if (pod != null) {
            version++;
            events.add(new Event(version, "DELETED", pod));
          }
        });
  }

  /** Forgets all versions up to now. */
  void compact() {
    change(
        () -> {
          version++;
          forgotten = version;
          events.clear();
        });
  }

  Listing list(String selector) {
    lock.lock();
    try {
      return new Listing(
          pods.values().stream().filter(pod -> matches(pod, selector)).toList(), version);
    } finally {
      lock.unlock();
    }
  }

  /** From now on requests wait, or no longer. */
  void setDark(boolean now) {
    change(() -> dark = now);
  }

  /** Whether it was dark; waits while it is. */
  boolean waitWhileDark() throws InterruptedException {
    lock.lock();
    try {
      boolean wasDark = dark;
      while (dark) {
        changed.await();
      }
      return wasDark;
    } finally {
      lock.unlock();
    }
  }

  /** Someone watches from now on, until {@link #ended}. */
  Watch began() {
    Watch watch = new Watch();
    change(() -> watches.add(watch));
    return watch;
  }

  void ended(Watch watch) {
    change(() -> watches.remove(watch));
  }

  /** Ends the watches of now, and returns when they have ended. */
  void cutWatches() throws InterruptedException {
    lock.lock();
    try {
      Set<Watch> now = Set.copyOf(watches);
      now.forEach(watch -> watch.cut = true);
      changed.signalAll();
      while (!Collections.disjoint(now, watches)) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * What has happened since a version, as soon as something has, or nothing after a time; empty
   * when that version is forgotten.
   */
  Optional<List<Event>> await(Watch watch, long from, long millis) throws InterruptedException {
    lock.lock();
    try {
      BooleanSupplier waits =
          () -> from >= forgotten && !dark && !watch.cut && since(from).isEmpty();
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      while (left > 0 && waits.getAsBoolean()) {
        left = changed.awaitNanos(left);
      }
      return from < forgotten ? Optional.empty() : Optional.of(since(from));
    } finally {
      lock.unlock();
    }
  }

  private List<Event> since(long from) {
    return events.stream().filter(event -> event.version() > from).toList();
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> metadata(Map<String, Object> pod) {
    return (Map<String, Object>) pod.get("metadata");
  }

  @SuppressWarnings("unchecked")
  static boolean matches(Map<String, Object> pod, String selector) {
    Map<String, String> labels = (Map<String, String>) metadata(pod).get("labels");
    return selector.equals("app=" + labels.get("app"));
  }
}
