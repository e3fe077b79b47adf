package bifrost.runtime.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.provider.Cancellation.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LeaseStress {
  @Test
  void noCallRunsOnceTheDrainHasReturned() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      AtomicBoolean closed = new AtomicBoolean();
      AtomicInteger late = new AtomicInteger();
      Lease<AtomicBoolean> lease = new Lease<>(closed, 1);
      CountDownLatch running = new CountDownLatch(4);
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        callers.add(
            Thread.startVirtualThread(
                () -> {
                  Consumer<Reason> cancel = reason -> {};
                  running.countDown();
                  while (lease.enter(cancel)) {
                    if (lease.service().get()) {
                      late.incrementAndGet();
                    }
                    Thread.yield();
                    if (lease.service().get()) {
                      late.incrementAndGet();
                    }
                    lease.leave(cancel);
                  }
                }));
      }
      running.await();
      assertEquals(0, lease.drain(Duration.ofSeconds(10), Duration.ZERO));
      closed.set(true);
      for (Thread caller : callers) {
        caller.join();
      }
      assertEquals(0, late.get());
    }
  }

  @Test
  void whatOutlastsTheLimitIsCancelled() {
    Lease<String> lease = new Lease<>("service", 1);
    AtomicInteger cancelled = new AtomicInteger();
    Consumer<Reason>[] cancel = arrayOfOne();
    cancel[0] =
        reason -> {
          assertEquals(Reason.PROVIDER_GONE, reason);
          cancelled.incrementAndGet();
          lease.leave(cancel[0]);
        };
    assertTrue(lease.enter(cancel[0]));
    assertEquals(1, lease.drain(Duration.ofMillis(1), Duration.ofSeconds(5)));
    assertEquals(1, cancelled.get());
    assertEquals(0, lease.running());
    assertFalse(lease.enter(cancel[0]));
  }

  @SuppressWarnings("unchecked")
  private static Consumer<Reason>[] arrayOfOne() {
    return new Consumer[1];
  }
}
