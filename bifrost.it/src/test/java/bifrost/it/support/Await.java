package bifrost.it.support;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/** Waits for what must come to hold in running gateways. */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(150);

  private Await() {}

  /** Something that comes to hold; a failed call says that it does not hold yet. */
  public interface Condition {
    /** Whether it holds. */
    boolean holds() throws Exception;
  }

  /**
   * Waits, for so long that only a fault or a stuck machine makes it give up.
   *
   * @param what what is missing if it does not come to hold
   * @param context what else is shown then, such as logs
   */
  public static void until(String what, Supplier<String> context, Condition condition)
      throws Exception {
    until(LIMIT, what, context, condition);
  }

  /** Waits so long at most. */
  public static void until(
      Duration limit, String what, Supplier<String> context, Condition condition) throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        if (condition.holds()) {
          return;
        }
      } catch (IOException e) {
        // not yet
      }
      if (System.nanoTime() > end) {
        throw new AssertionError(what + "\n" + context.get());
      }
      Thread.sleep(20);
    }
  }
}
