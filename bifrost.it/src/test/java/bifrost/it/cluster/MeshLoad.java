package bifrost.it.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Clients that call the nodes of a mesh with one virtual key, one after the other, until they are
 * stopped. A node that is taken out gets no further call, and its running calls are waited for, as
 * a load balancer does.
 */
final class MeshLoad implements AutoCloseable {
  private final List<Thread> clients = new ArrayList<>();
  private final Map<Pod, Door> doors = new LinkedHashMap<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final Duration pause;
  private volatile boolean stopped;

  /** What went to one node. */
  private static final class Door {
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    /** When the calls began that were answered with 200, as {@link System#nanoTime()}. */
    private final Queue<Long> starts = new ConcurrentLinkedQueue<>();

    private volatile boolean out;
  }

  /**
   * Starts to call.
   *
   * @param pods which nodes
   * @param key the virtual key
   * @param clientsOfEach how many clients each node has
   * @param pause of each client between two calls
   */
  MeshLoad(List<Pod> pods, String key, int clientsOfEach, Duration pause) {
    this.pause = pause;
    pods.forEach(pod -> doors.put(pod, new Door()));
    doors.forEach(
        (pod, door) -> {
          for (int i = 0; i < clientsOfEach; i++) {
            clients.add(Thread.ofVirtual().start(() -> run(pod, door, key)));
          }
        });
  }

  /** Calls that were answered with 200. */
  long accepted() {
    return doors.values().stream().mapToLong(door -> door.accepted.get()).sum();
  }

  /** Calls that a node answered with 200. */
  long accepted(Pod pod) {
    return doors.get(pod).accepted.get();
  }

  /** Calls that a node refused because of the key. */
  long refused(Pod pod) {
    return doors.get(pod).refused.get();
  }

  /** When the calls began that were answered with 200, as {@link System#nanoTime()}. */
  List<Long> starts() {
    return doors.values().stream().flatMap(door -> door.starts.stream()).toList();
  }

  /** Calls that ended in another way than with 200 or a refusal of the key. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Sends no further calls to a node, and waits for those that run. */
  void takeOut(Pod pod) {
    Door door = doors.get(pod);
    door.gate.writeLock().lock();
    door.out = true;
    door.gate.writeLock().unlock();
  }

  /** Sends calls to a node again. */
  void putBack(Pod pod) {
    doors.get(pod).out = false;
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    for (Thread client : clients) {
      client.join();
    }
  }

  private void run(Pod pod, Door door, String key) {
    try {
      while (!stopped) {
        door.gate.readLock().lock();
        try {
          if (!door.out) {
            call(pod, door, key);
          }
        } finally {
          door.gate.readLock().unlock();
        }
        Thread.sleep(pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void call(Pod pod, Door door, String key) throws InterruptedException {
    long start = System.nanoTime();
    try {
      int status = pod.chat(key);
      if (status == 200) {
        door.accepted.incrementAndGet();
        door.starts.add(start);
      } else if (status == 401 || status == 402 || status == 403) {
        door.refused.incrementAndGet();
      } else {
        failures.add(pod.id() + ": " + status);
      }
    } catch (IOException e) {
      failures.add(pod.id() + ": " + e);
    }
  }
}
