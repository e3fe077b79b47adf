package bifrost.governance.limit;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many attempts share a budget at once: those that run now, and how many it usually were.
 *
 * <p>Safe for any thread; an update of the memory that is lost to another thread does no harm.
 */
public final class Concurrency {
  private static final int MEMORY = 16;

  private final AtomicInteger running = new AtomicInteger();
  private volatile double usual;

  /** An attempt starts. */
  public void start() {
    int now = running.incrementAndGet();
    double before = usual;
    usual = now >= before ? now : before - (before - now) / MEMORY;
  }

  /** An attempt has ended. */
  public void end() {
    running.decrementAndGet();
  }

  /** How many there will be with one more: at least 1. */
  public int withOneMore() {
    return Math.max(running.get() + 1, (int) Math.ceil(usual));
  }
}
