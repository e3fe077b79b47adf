package bifrost.runtime.pipeline;

import bifrost.api.provider.CallCancelledException;
import bifrost.api.provider.Cancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** The cancellation of one request: set once, from any thread. */
final class CallCancellation implements Cancellation {
  private final ReentrantLock lock = new ReentrantLock();
  private List<Runnable> actions = List.of();
  private volatile Reason reason;

  void cancel(Reason why) {
    List<Runnable> run;
    lock.lock();
    try {
      if (reason != null) {
        return;
      }
      reason = why;
      run = actions;
      actions = List.of();
    } finally {
      lock.unlock();
    }
    run.forEach(Runnable::run);
  }

  /** Throws when the call was cancelled. */
  void check() {
    Reason why = reason;
    if (why != null) {
      throw new CallCancelledException(why);
    }
  }

  /** Waits, but not longer than the call is wanted. */
  void sleep(Duration time) throws InterruptedException {
    CountDownLatch cancelled = new CountDownLatch(1);
    try (Registration registration = onCancel(cancelled::countDown)) {
      if (cancelled.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        check();
      }
    }
  }

  @Override
  public boolean isCancelled() {
    return reason != null;
  }

  @Override
  public Optional<Reason> reason() {
    return Optional.ofNullable(reason);
  }

  @Override
  public Registration onCancel(Runnable action) {
    lock.lock();
    try {
      if (reason == null) {
        List<Runnable> more = new ArrayList<>(actions);
        more.add(action);
        actions = more;
        return () -> remove(action);
      }
    } finally {
      lock.unlock();
    }
    action.run();
    return () -> {};
  }

  private void remove(Runnable action) {
    lock.lock();
    try {
      if (actions.contains(action)) {
        List<Runnable> fewer = new ArrayList<>(actions);
        fewer.remove(action);
        actions = fewer;
      }
    } finally {
      lock.unlock();
    }
  }
}
