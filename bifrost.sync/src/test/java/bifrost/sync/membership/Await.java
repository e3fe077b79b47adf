package bifrost.sync.membership;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for something that must come to hold. */
public final class Await {
  private Await() {}

  /** Waits up to half a minute. */
  public static void until(String what, BooleanSupplier holds) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        fail(what);
      }
      Thread.sleep(10);
    }
  }
}
