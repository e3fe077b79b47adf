package bifrost.providers.echo;

import bifrost.api.provider.CallCancelledException;
import bifrost.api.provider.Cancellation;
import bifrost.api.provider.ProviderCall;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A wait that ends early when the call is cancelled or its deadline comes. */
final class Pause {
  private Pause() {}

  /**
   * Waits.
   *
   * @return whether the time passed whole; not so when the deadline came first
   */
  static boolean of(Duration time, ProviderCall call) throws InterruptedException {
    if (time.isZero()) {
      throwIfCancelled(call);
      return true;
    }
    CountDownLatch cancelled = new CountDownLatch(1);
    try (Cancellation.Registration registration =
        call.cancellation().onCancel(cancelled::countDown)) {
      Duration allowed = call.deadline().atMost(time);
      boolean woken = cancelled.await(allowed.toNanos(), TimeUnit.NANOSECONDS);
      if (woken) {
        throwIfCancelled(call);
      }
      return allowed.compareTo(time) >= 0;
    }
  }

  private static void throwIfCancelled(ProviderCall call) {
    if (call.cancellation().isCancelled()) {
      throw new CallCancelledException(
          call.cancellation().reason().orElse(Cancellation.Reason.CLIENT_GONE));
    }
  }
}
