package bifrost.sync.membership;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other on a virtual thread that lives while there are some; bounded. Safe
 * for any thread.
 */
final class SerialQueue {
  private static final Logger LOG = LoggerFactory.getLogger(SerialQueue.class);

  private final String name;
  private final int limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private boolean running;
  private boolean closed;

  SerialQueue(String name, int limit) {
    this.name = name;
    this.limit = limit;
  }

  /** Adds a task; {@code false} when it is full or closed. */
  boolean offer(Runnable task) {
    lock.lock();
    try {
      if (closed || tasks.size() >= limit) {
        return false;
      }
      tasks.add(task);
      if (!running) {
        running = true;
        Thread.ofVirtual().name("bifrost-membership-" + name).start(this::drain);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what waits and takes nothing more. */
  void close() {
    lock.lock();
    try {
      closed = true;
      tasks.clear();
    } finally {
      lock.unlock();
    }
  }

  private void drain() {
    for (Runnable task = next(); task != null; task = next()) {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("membership: {} failed, it is called again next time", name, e);
      }
    }
  }

  private Runnable next() {
    lock.lock();
    try {
      Runnable task = tasks.poll();
      running = task != null;
      return task;
    } finally {
      lock.unlock();
    }
  }
}
