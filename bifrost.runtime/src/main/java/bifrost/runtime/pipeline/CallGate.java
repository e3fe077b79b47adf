package bifrost.runtime.pipeline;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Bounds the calls that run at once at a provider, and those that wait for their turn. */
final class CallGate {
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();

  /**
   * Begins a call.
   *
   * @param limit the most calls at once
   * @param queue the most that wait
   * @param nanos the longest wait
   * @return whether the call may begin; if so, {@link #leave} must follow
   */
  boolean enter(int limit, int queue, long nanos) throws InterruptedException {
    if (take(limit)) {
      return true;
    }
    if (waiting.incrementAndGet() > queue) {
      waiting.decrementAndGet();
      return false;
    }
    lock.lock();
    try {
      long left = nanos;
      while (!take(limit)) {
        if (left <= 0) {
          return false;
        }
        left = freed.awaitNanos(left);
      }
      return true;
    } finally {
      waiting.decrementAndGet();
      lock.unlock();
    }
  }

  void leave() {
    running.decrementAndGet();
    if (waiting.get() > 0) {
      lock.lock();
      try {
        freed.signal();
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean take(int limit) {
    while (true) {
      int now = running.get();
      if (now >= limit) {
        return false;
      }
      if (running.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }
}
