package bifrost.it.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Looks at the members that each pod sees, many times a second, on a thread for each. */
public final class MemberWatch implements AutoCloseable {
  private final Set<String> ids;
  private final Queue<String> shrunk = new ConcurrentLinkedQueue<>();
  private final AtomicInteger looks = new AtomicInteger();
  private final List<Thread> threads = new ArrayList<>();

  /** Starts to look whether all pods see all of these members. */
  public MemberWatch(List<Pod> pods, Set<String> ids) {
    this.ids = ids;
    pods.forEach(pod -> threads.add(Thread.ofVirtual().start(() -> watch(pod))));
  }

  private void watch(Pod pod) {
    try {
      while (true) {
        Set<String> present = pod.present();
        if (!present.equals(ids) && !Thread.currentThread().isInterrupted()) {
          shrunk.add(pod.id() + " sees only " + present);
        }
        looks.incrementAndGet();
        Thread.sleep(10);
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  /** What was missing so far, and where. */
  public List<String> shrunk() {
    return List.copyOf(shrunk);
  }

  /** How often it looked. */
  public int looks() {
    return looks.get();
  }

  @Override
  public void close() throws InterruptedException {
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
