package bifrost.runtime.pipeline;

import bifrost.api.provider.Cancellation.Reason;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The requests that are being served: it cancels those whose client went away or whose deadline
 * passed, and knows when none is left.
 */
public final class InFlight {
  private final Set<Exchange> exchanges = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition empty = lock.newCondition();

  /** Takes a request in, unless there are too many already. */
  boolean enter(Exchange exchange, int most) {
    if (count.incrementAndGet() > most) {
      leaveCount();
      return false;
    }
    exchanges.add(exchange);
    return true;
  }

  void leave(Exchange exchange) {
    exchanges.remove(exchange);
    leaveCount();
  }

  /** How many requests are being served. */
  public int count() {
    return count.get();
  }

  /** Looks at every request once; called a few times per second. */
  public void sweep() {
    for (Exchange exchange : exchanges) {
      if (exchange.deadline().passed()) {
        exchange.cancellation().cancel(Reason.DEADLINE);
      } else if (exchange.client().clientGone()) {
        exchange.cancellation().cancel(Reason.CLIENT_GONE);
      }
    }
  }

  /**
   * Waits until no request is left, and cancels those that outlast the limit.
   *
   * @return how many were cancelled
   */
  public int drain(Duration limit, Duration grace) throws InterruptedException {
    if (awaitEmpty(limit)) {
      return 0;
    }
    int cut = 0;
    for (Exchange exchange : exchanges) {
      exchange.cancellation().cancel(Reason.SHUTDOWN);
      cut++;
    }
    awaitEmpty(grace);
    return cut;
  }

  private boolean awaitEmpty(Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (count.get() > 0 && left > 0) {
        left = empty.awaitNanos(left);
      }
      return count.get() == 0;
    } finally {
      lock.unlock();
    }
  }

  private void leaveCount() {
    if (count.decrementAndGet() == 0) {
      lock.lock();
      try {
        empty.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
