package bifrost.sync.replication.engine;

import bifrost.sync.membership.protocol.Scheduler;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The worker in the running product: one thread. */
public final class WorkerThread implements Worker, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerThread.class);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Scheduler owner;
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("bifrost-replication-worker").factory());

  private volatile boolean closed;

  /** The owner's. */
  private int pending;

  /** Starts it. */
  public WorkerThread(Scheduler owner) {
    this.owner = owner;
  }

  @Override
  public <T> void run(Supplier<T> work, Consumer<T> then) {
    pending++;
    try {
      executor.execute(() -> work(work, then));
    } catch (RejectedExecutionException e) {
      pending--; // it is closing
    }
  }

  private <T> void work(Supplier<T> work, Consumer<T> then) {
    if (closed) {
      return;
    }
    try {
      T result = work.get();
      owner.execute(
          () -> {
            pending--;
            then.accept(result);
          });
    } catch (RuntimeException e) {
      LOG.warn("replication: a step failed, it is done again later", e);
      owner.execute(() -> pending--);
    }
  }

  @Override
  public boolean isBusy() {
    return pending > 0;
  }

  /**
   * Ends it; waits a little for what is under way. Nothing is interrupted: it may be writing to the
   * journal.
   */
  @Override
  public void close() {
    closed = true;
    executor.shutdown();
    try {
      if (!executor.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("replication: a step did not end within {} s", PATIENCE.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
