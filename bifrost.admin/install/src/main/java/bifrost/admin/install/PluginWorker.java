package bifrost.admin.install;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what is wished of one plugin, one thing at a time, on a thread that is there only
 * while there is work. A later wish replaces an earlier one that has not begun.
 *
 * <p>The thread is a platform thread, because the framework blocks in monitors.
 */
final class PluginWorker {
  private static final Logger LOG = LoggerFactory.getLogger(PluginWorker.class);
  private static final Duration POLL = Duration.ofMillis(20);

  /** What is to be done next. */
  enum Wish {
    NONE,
    PRESENT,
    RETRY,
    ABSENT
  }

  /** Does it. */
  interface Work {
    void carryOut(Wish wish) throws InterruptedException;
  }

  private final String name;
  private final Work work;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Wish wish = Wish.NONE;
  private Thread thread;
  private boolean started;
  private boolean closed;

  PluginWorker(String name, Work work) {
    this.name = name;
    this.work = work;
  }

  /** Wishes something, and returns at once; {@link Wish#RETRY} gives way to anything else. */
  void request(Wish next) {
    lock.lock();
    try {
      if (closed || (next == Wish.RETRY && wish != Wish.NONE)) {
        return;
      }
      wish = next;
      started = false;
      changed.signalAll();
      if (thread == null) {
        thread = Thread.ofPlatform().daemon().name("plugin-" + name).unstarted(this::run);
        thread.start();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all wishes are carried out, or the work has said that its bundle is started. */
  void awaitStarted(Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lockInterruptibly();
    try {
      while (thread != null && !started && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing is being done. */
  boolean isIdle() {
    lock.lock();
    try {
      return thread == null;
    } finally {
      lock.unlock();
    }
  }

  /** Whether no more wishes are taken. */
  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more wishes; work that waits here gives up. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** For the work: its bundle is started, though more is to be done. */
  void signalStarted() {
    lock.lock();
    try {
      started = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** For the work: waits, and says whether there was neither a new wish nor a close meanwhile. */
  boolean pause(Duration delay) throws InterruptedException {
    long left = delay.toNanos();
    lock.lockInterruptibly();
    try {
      while (wish == Wish.NONE && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      return wish == Wish.NONE && !closed;
    } finally {
      lock.unlock();
    }
  }

  /** For the work: waits until nothing is missing, the limit, or a close; gives what is missing. */
  Optional<String> await(Supplier<Optional<String>> missing, Duration limit)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    Optional<String> current = missing.get();
    while (current.isPresent() && System.nanoTime() < deadline) {
      lock.lockInterruptibly();
      try {
        if (closed) {
          return current;
        }
        changed.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
      } finally {
        lock.unlock();
      }
      current = missing.get();
    }
    return current;
  }

  private void run() {
    for (Wish next = take(); next != Wish.NONE; next = take()) {
      try {
        work.carryOut(next);
      } catch (InterruptedException e) {
        close();
      } catch (RuntimeException | LinkageError e) {
        LOG.error("{}: the plugin installer failed", name, e);
      }
    }
  }

  private Wish take() {
    lock.lock();
    try {
      Wish next = closed ? Wish.NONE : wish;
      wish = Wish.NONE;
      if (next == Wish.NONE) {
        thread = null;
        changed.signalAll();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }
}
