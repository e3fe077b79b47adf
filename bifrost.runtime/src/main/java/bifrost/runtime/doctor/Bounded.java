package bifrost.runtime.doctor;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs what may never end. */
final class Bounded {
  private Bounded() {}

  /**
   * The result of some work; work that does not end is left behind, on a thread that does not keep
   * the process.
   *
   * @throws TimeoutException when it does not end in time
   * @throws ExecutionException with what it threw
   */
  static <T> T call(Callable<T> work, Duration limit)
      throws TimeoutException, ExecutionException, InterruptedException {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().name("bifrost-doctor").start(task);
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      task.cancel(true);
    }
  }
}
