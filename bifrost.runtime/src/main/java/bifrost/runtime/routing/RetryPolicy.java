package bifrost.runtime.routing;

import bifrost.api.provider.UpstreamFailure;
import bifrost.api.snapshot.ProviderConfig;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/** Decides what follows a failed attempt: arithmetic only, the waiting is the caller's. */
public final class RetryPolicy {
  /** A longer wish of an upstream is not waited for: the next candidate is tried instead. */
  private static final Duration LONGEST_WISH = Duration.ofSeconds(60);

  private final DoubleSupplier random;

  /**
   * A policy.
   *
   * @param random numbers from 0 to 1, for jitter
   */
  public RetryPolicy(DoubleSupplier random) {
    this.random = random;
  }

  /** What follows a failed attempt. */
  public sealed interface Next {
    /** The same key once more, after a wait. */
    record SameKey(Duration delay) implements Next {}

    /** Another key at once; if none is left, {@code otherwise} follows. */
    record OtherKey(boolean dead, Next otherwise) implements Next {}

    /** Every key that is not dead may be used again, after a wait. */
    record AnyKey(Duration delay) implements Next {}

    /** This candidate is done with; another one may help. */
    record NextCandidate() implements Next {}

    /** Nothing will help. */
    record GiveUp() implements Next {}
  }

  /**
   * What follows.
   *
   * @param failure how the attempt failed
   * @param retries how many repeats this candidate has used
   * @param config the candidate's settings
   */
  public Next after(UpstreamFailure failure, int retries, ProviderConfig config) {
    return switch (failure.kind()) {
      case CONNECTION, TIMEOUT, SERVER_ERROR, OVERLOADED, PROTOCOL ->
          repeat(failure, retries, config, false);
      case RATE_LIMITED ->
          retries < config.maxRetries()
              ? new Next.OtherKey(false, repeat(failure, retries, config, true))
              : new Next.NextCandidate();
      case CREDENTIAL, BILLING -> new Next.OtherKey(true, new Next.NextCandidate());
      case NOT_FOUND -> new Next.NextCandidate();
      case INVALID_REQUEST, CUT -> new Next.GiveUp();
    };
  }

  private Next repeat(UpstreamFailure failure, int retries, ProviderConfig config, boolean anyKey) {
    if (retries >= config.maxRetries()) {
      return new Next.NextCandidate();
    }
    Duration wait = backoff(retries, config);
    if (failure.retryAfter().isPresent()) {
      Duration wish = failure.retryAfter().get();
      if (wish.compareTo(LONGEST_WISH) > 0) {
        return new Next.NextCandidate();
      }
      wait = wish.compareTo(wait) > 0 ? wish : wait;
    }
    return anyKey ? new Next.AnyKey(wait) : new Next.SameKey(wait);
  }

  /** Doubles with each repeat up to the longest, with a jitter of a fifth either way. */
  private Duration backoff(int retries, ProviderConfig config) {
    double millis =
        Math.min(
            config.backoffInitial().toMillis() * Math.pow(2, retries),
            config.backoffMax().toMillis());
    return Duration.ofMillis(Math.round(millis * (0.8 + 0.4 * random.getAsDouble())));
  }
}
