package bifrost.runtime.local;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves a piece of state on a thread of its own, a while after it has changed, and never so often
 * that it takes more than a twentieth of one processor.
 */
public final class Saver {
  private static final Logger LOG = LoggerFactory.getLogger(Saver.class);
  private static final int REST = 20;
  private static final Duration RETRY = Duration.ofSeconds(30);

  private final String what;
  private final Duration quiet;
  private final Action action;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final Thread thread;
  private boolean changed;
  private boolean closing;
  private boolean failing;

  /** Saves. */
  public interface Action {
    /** Saves the state as it now is. */
    void save() throws IOException;
  }

  /**
   * A saver; it runs from now on.
   *
   * @param what is saved, for the log and the thread's name
   * @param quiet how long changes are gathered
   * @param action saves
   */
  public Saver(String what, Duration quiet, Action action) {
    this.what = what;
    this.quiet = quiet;
    this.action = action;
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("bifrost-save-" + what)
            .priority(Thread.MIN_PRIORITY)
            .start(this::run);
  }

  /** Notes a change; returns at once. */
  public void changed() {
    lock.lock();
    try {
      changed = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Saves what has changed, and ends. */
  public void close(Duration limit) {
    lock.lock();
    try {
      closing = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      if (!thread.join(limit)) {
        LOG.warn("the {} could not be saved within {} s", what, limit.toSeconds());
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      boolean last = false;
      while (!last && awaitChange()) {
        pause(quiet);
        last = clear();
        long start = System.nanoTime();
        boolean saved = save();
        pause(saved ? Duration.ofNanos((System.nanoTime() - start) * REST) : RETRY);
      }
    } catch (InterruptedException e) {
      LOG.debug("the {} is no longer saved", what);
    }
  }

  /** Whether there is a change; false when there is none and it is to end. */
  private boolean awaitChange() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!changed && !closing) {
        news.await();
      }
      return changed;
    } finally {
      lock.unlock();
    }
  }

  /** Whether it is to end after this change. */
  private boolean clear() {
    lock.lock();
    try {
      changed = false;
      return closing;
    } finally {
      lock.unlock();
    }
  }

  /** Waits, but not when it is to end. */
  private void pause(Duration time) throws InterruptedException {
    long left = time.toNanos();
    lock.lockInterruptibly();
    try {
      while (!closing && left > 0) {
        left = news.awaitNanos(Math.min(left, TimeUnit.SECONDS.toNanos(1)));
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean save() {
    try {
      action.save();
      if (failing) {
        LOG.info("the {} is saved again", what);
        failing = false;
      }
      return true;
    } catch (IOException | RuntimeException e) {
      if (!failing) {
        LOG.warn("the {} cannot be saved on the local disk: {}", what, e.toString());
        failing = true;
      }
      changed();
      return false;
    }
  }
}
