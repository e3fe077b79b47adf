package bifrost.runtime.lease;

import bifrost.api.provider.Cancellation.Reason;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A plugin's service and the calls that run on it, so that the service can be taken out without
 * cutting any of them.
 *
 * <p>Entering counts first and then looks whether the service is going, so a call is either refused
 * here or waited for by {@link #drain}.
 *
 * @param <S> the service
 */
public final class Lease<S> {
  private final S service;
  private final long serviceId;
  private final AtomicLong running = new AtomicLong();
  private final Set<Consumer<Reason>> cancels = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private volatile boolean going;

  /** A lease on a service that was just bound. */
  public Lease(S service, long serviceId) {
    this.service = service;
    this.serviceId = serviceId;
  }

  /** The service; only to be called between entering and leaving. */
  public S service() {
    return service;
  }

  /** The service's {@code service.id}. */
  public long serviceId() {
    return serviceId;
  }

  /**
   * Begins a call.
   *
   * @param cancel ends the call early when the drain limit is reached
   * @return whether the call may begin; if so, {@link #leave} must follow with the same argument
   */
  public boolean enter(Consumer<Reason> cancel) {
    running.incrementAndGet();
    if (going) {
      exit();
      return false;
    }
    cancels.add(cancel);
    return true;
  }

  /** Ends a call that {@link #enter} let in. */
  public void leave(Consumer<Reason> cancel) {
    cancels.remove(cancel);
    exit();
  }

  /** How many calls are running. */
  public long running() {
    return running.get();
  }

  /**
   * Lets no further call in and waits for the running ones.
   *
   * @param limit after this time, what still runs is cancelled
   * @param grace how long to wait for what was cancelled
   * @return how many calls were cancelled
   */
  public long drain(Duration limit, Duration grace) {
    going = true;
    if (awaitIdle(limit)) {
      return 0;
    }
    long cut = 0;
    for (Consumer<Reason> cancel : cancels) {
      cancel.accept(Reason.PROVIDER_GONE);
      cut++;
    }
    awaitIdle(grace);
    return cut;
  }

  private void exit() {
    if (running.decrementAndGet() == 0 && going) {
      lock.lock();
      try {
        idle.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean awaitIdle(Duration limit) {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (running.get() > 0 && left > 0) {
        left = idle.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    return running.get() == 0;
  }
}
