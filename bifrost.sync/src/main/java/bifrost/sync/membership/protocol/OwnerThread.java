package bifrost.sync.membership.protocol;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The owner in the running product: one thread. */
public final class OwnerThread implements Scheduler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OwnerThread.class);

  private final String name;
  private final ScheduledThreadPoolExecutor executor;

  /** Starts it under a name. */
  public OwnerThread(String name) {
    this.name = name;
    executor =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(name).factory());
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    try {
      Future<?> future = executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      return () -> {};
    }
  }

  @Override
  public void execute(Runnable task) {
    try {
      executor.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      // the node has ended: nobody waits for it
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("{}: a step failed, the node goes on", name, e);
    }
  }

  /** Ends it; what waits is forgotten. */
  @Override
  public void close() {
    executor.shutdownNow();
  }
}
