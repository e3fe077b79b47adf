package bifrost.it.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Map<Pod, ReentrantReadWriteLock> gates = new ConcurrentHashMap<>();
  private final Map<Pod, Boolean> out = new ConcurrentHashMap<>();
  private final AtomicLong accepted = new AtomicLong();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final boolean recording;
  private final Duration pause;
  private volatile boolean stopped;

  /**
   * A call.
   *
   * @param pod where
   * @param startedNanos when it began
   * @param accepted whether it was answered with 200
   */
  record Call(Pod pod, long startedNanos, boolean accepted) {}

  MeshLoad(List<Pod> pods, String key, int clientsOfEach, boolean recording, Duration pause) {
    this.recording = recording;
    this.pause = pause;
    for (Pod pod : pods) {
      gates.put(pod, new ReentrantReadWriteLock());
      for (int i = 0; i < clientsOfEach; i++) {
        clients.add(Thread.ofVirtual().start(() -> run(pod, key)));
      }
    }
  }

  /** Calls that were answered with 200. */
  long accepted() {
    return accepted.get();
  }

  /** Calls that ended in another way than with 200 or a refusal of the key. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** The calls so far, where they are recorded. */
  List<Call> calls() {
    return List.copyOf(calls);
  }

  /** Sends no further calls to a node, and waits for those that run. */
  void takeOut(Pod pod) {
    gates.get(pod).writeLock().lock();
    out.put(pod, true);
    gates.get(pod).writeLock().unlock();
  }

  /** Sends calls to a node again. */
  void putBack(Pod pod) {
    out.remove(pod);
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    for (Thread client : clients) {
      client.join();
    }
  }

  private void run(Pod pod, String key) {
    try {
      while (!stopped) {
        gates.get(pod).readLock().lock();
        try {
          if (!out.containsKey(pod)) {
            call(pod, key);
          }
        } finally {
          gates.get(pod).readLock().unlock();
        }
        Thread.sleep(pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void call(Pod pod, String key) throws InterruptedException {
    long start = System.nanoTime();
    try {
      int status = pod.chat(key);
      if (status == 200) {
        accepted.incrementAndGet();
      } else if (status != 401 && status != 402 && status != 403) {
        failures.add(pod.id() + ": " + status);
      }
      if (recording) {
        calls.add(new Call(pod, start, status == 200));
      }
    } catch (IOException e) {
      failures.add(pod.id() + ": " + e);
    }
  }
}
