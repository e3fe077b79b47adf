package bifrost.runtime.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's three threads: group commit, keeping within bounds, and the drain. They are
 * platform threads, since all they do is wait for disks and databases.
 */
final class JournalThreads {
  private static final Logger LOG = LoggerFactory.getLogger(JournalThreads.class);
  private static final Duration KEEP_INTERVAL = Duration.ofSeconds(1);

  private final SpoolJournal journal;
  private final Duration commitInterval;
  private final Semaphore written = new Semaphore(0);
  private final Semaphore trouble = new Semaphore(0);
  private final List<Thread> threads;
  private volatile boolean stopped;

  JournalThreads(SpoolJournal journal, Duration commitInterval) {
    this.journal = journal;
    this.commitInterval = commitInterval;
    this.threads =
        List.of(
            thread("commit", this::commit),
            thread("keeper", this::keep),
            thread("drain", this::drain));
  }

  void start() {
    journal.onWritten(() -> signal(written));
    journal.onTrouble(() -> signal(trouble));
    threads.forEach(Thread::start);
  }

  /** Stops them; waits no longer than the limit for each. */
  void stop(Duration limit) {
    stopped = true;
    for (Thread thread : threads) {
      thread.interrupt();
    }
    try {
      for (Thread thread : threads) {
        if (!thread.join(limit)) {
          LOG.warn("journal: thread {} has not ended within {}", thread.getName(), limit);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Thread thread(String name, Step step) {
    return Thread.ofPlatform().daemon().name("bifrost-journal-" + name).unstarted(() -> run(step));
  }

  /** One permit at most: a signal says that there is something, not how much. */
  private static void signal(Semaphore semaphore) {
    if (semaphore.availablePermits() == 0) {
      semaphore.release();
    }
  }

  private void run(Step step) {
    boolean failing = false;
    while (!stopped) {
      try {
        step.run();
        failing = false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (IOException | RuntimeException e) {
        if (!failing) {
          LOG.error("journal: unexpected failure, it goes on", e);
        }
        failing = true;
        pause(KEEP_INTERVAL);
      }
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void commit() throws InterruptedException {
    written.acquire();
    Thread.sleep(commitInterval);
    written.drainPermits();
    journal.commit();
  }

  private void keep() throws InterruptedException {
    journal.keeper().keep();
    if (trouble.tryAcquire(KEEP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
      trouble.drainPermits();
    }
  }

  private void drain() throws InterruptedException, IOException {
    Thread.sleep(journal.drainPass());
  }

  private interface Step {
    void run() throws InterruptedException, IOException;
  }
}
