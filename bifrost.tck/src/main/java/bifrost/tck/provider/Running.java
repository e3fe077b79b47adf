package bifrost.tck.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import bifrost.api.provider.CallCancelledException;
import bifrost.api.provider.Cancellation.Reason;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.Provider;
import bifrost.api.provider.ResponseSink;
import bifrost.api.provider.UpstreamFailure;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A call that runs on a virtual thread of its own, as the core's calls do. */
public final class Running {
  private static final long PATIENCE_SECONDS = 10;
  private static final Set<Thread.State> WAITS =
      EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private final Thread thread;

  private Running(Provider provider, TestCall call, ResponseSink sink) {
    thread =
        Thread.ofVirtual()
            .name("call")
            .unstarted(
                () -> {
                  try {
                    outcome.complete(provider.call(call.start(), sink));
                  } catch (Throwable e) {
                    outcome.completeExceptionally(e);
                  }
                });
  }

  /** Starts a call. */
  public static Running start(Provider provider, TestCall call, ResponseSink sink) {
    Running running = new Running(provider, call, sink);
    running.thread.start();
    return running;
  }

  /** Whether it has not ended. */
  public boolean isRunning() {
    return !outcome.isDone();
  }

  /** Waits until its thread waits, or has ended. */
  public void awaitWaiting() throws InterruptedException {
    while (isRunning() && !WAITS.contains(thread.getState())) {
      Thread.sleep(1);
    }
  }

  /** Interrupts its thread. */
  public void interrupt() {
    thread.interrupt();
  }

  /** Its outcome; waits for it. */
  public Outcome awaitOutcome() throws InterruptedException {
    try {
      return outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("P2 the call threw " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("P5, P6 the call did not end", e);
    }
  }

  /** Its failure; waits for it. */
  public UpstreamFailure awaitFailure() throws InterruptedException {
    return assertInstanceOf(Outcome.Failed.class, awaitOutcome()).failure();
  }

  /** What it threw; waits for it. */
  public Throwable awaitThrown() throws InterruptedException {
    try {
      Outcome returned = outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      throw new AssertionError("the call returned " + returned + " instead of throwing");
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (TimeoutException e) {
      throw new AssertionError("P5, P6 the call did not end", e);
    }
  }

  /** Waits until it has ended because it was cancelled for this reason. */
  public void assertCancelled(Reason reason) throws InterruptedException {
    CallCancelledException cancelled =
        assertInstanceOf(CallCancelledException.class, awaitThrown(), "P5");
    assertEquals(reason, cancelled.reason(), "P5");
  }
}
