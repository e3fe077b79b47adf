package bifrost.runtime.pipeline;

import bifrost.api.governance.Reservation;
import bifrost.api.model.Operation;
import bifrost.api.model.Refusal;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.Snapshot;
import bifrost.runtime.metrics.RequestMetrics;
import bifrost.runtime.provider.Adapter;
import bifrost.runtime.routing.Candidate;
import bifrost.runtime.routing.KeyRing;
import bifrost.runtime.routing.RetryPolicy;
import bifrost.runtime.routing.RetryPolicy.Next;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * Takes an admitted call to its candidates, one attempt after the other, until one answers: keys by
 * weight, repeats, key rotation, fallbacks, under one deadline.
 */
final class Dispatcher {
  private final Attempts attempts;
  private final RetryPolicy retries;
  private final RequestMetrics metrics;
  private final DoubleSupplier random;

  Dispatcher(
      Attempts attempts, RetryPolicy retries, RequestMetrics metrics, DoubleSupplier random) {
    this.attempts = attempts;
    this.retries = retries;
    this.metrics = metrics;
    this.random = random;
  }

  /**
   * Tries the candidates in order; when all of them fail, the first one's failure is the answer.
   */
  Dispatched dispatch(
      Exchange exchange,
      Snapshot snapshot,
      Reservation reservation,
      List<Candidate> candidates,
      ClientOutput output)
      throws InterruptedException {
    Dispatched first = null;
    for (int i = 0; i < candidates.size(); i++) {
      Dispatched result = candidate(exchange, snapshot, reservation, candidates.get(i), i, output);
      if (isFinal(result, exchange)) {
        return result instanceof Dispatched.Answered || first == null || isCommitted(result)
            ? result
            : first;
      }
      first = first == null ? result : first;
    }
    return first;
  }

  private static boolean isFinal(Dispatched result, Exchange exchange) {
    return switch (result) {
      case Dispatched.Answered answered -> true;
      case Dispatched.Refused(Refusal refusal) -> !refusal.fallback();
      case Dispatched.Failed failed ->
          failed.committed()
              || failed.failure().kind() == Kind.INVALID_REQUEST
              || !exchange.call().body().replayable();
    };
  }

  private static boolean isCommitted(Dispatched result) {
    return result instanceof Dispatched.Failed failed && failed.committed();
  }

  private Dispatched candidate(
      Exchange exchange,
      Snapshot snapshot,
      Reservation reservation,
      Candidate candidate,
      int fallback,
      ClientOutput output)
      throws InterruptedException {
    Optional<Adapter> adapter = attempts.adapter(candidate.provider(), exchange);
    if (adapter.isEmpty()) {
      return new Dispatched.Refused(Refusals.unavailable(candidate.provider().id()));
    }
    Operation operation = exchange.request().operation();
    if (!adapter.get().support(operation).any()) {
      return new Dispatched.Refused(Refusals.unsupported(candidate.provider().id(), operation));
    }
    KeyRing ring = ring(adapter.get(), candidate, snapshot, reservation);
    Optional<ProviderKey> key = ring.next();
    if (key.isEmpty()) {
      return new Dispatched.Refused(Refusals.noKey(candidate));
    }
    Place place = new Place(exchange, candidate, fallback, reservation, output);
    int repeats = 0;
    while (true) {
      Dispatched result = attempts.attempt(place, key.get());
      if (!(result instanceof Dispatched.Failed failed) || failed.committed()) {
        return result;
      }
      Next next = retries.after(failed.failure(), repeats, candidate.provider());
      if (next instanceof Next.OtherKey other) {
        metrics.keyRotated(candidate.provider().id(), other.dead());
        if (other.dead()) {
          ring.kill(key.get());
        } else {
          ring.limit(key.get());
        }
        key = ring.next();
        next = key.isPresent() ? new Next.SameKey(Duration.ZERO) : other.otherwise();
        repeats += other.dead() ? 0 : 1;
      } else {
        repeats++;
      }
      if (!exchange.call().body().replayable() || !pause(next, exchange)) {
        return new Dispatched.Failed(failed.failure(), ring.allDead(), false);
      }
      if (next instanceof Next.AnyKey) {
        ring.forgive();
        key = ring.next();
      }
    }
  }

  /** Waits as the policy says; false when there is no further attempt. */
  private static boolean pause(Next next, Exchange exchange) throws InterruptedException {
    Duration delay =
        switch (next) {
          case Next.SameKey(Duration d) -> d;
          case Next.AnyKey(Duration d) -> d;
          default -> null;
        };
    if (delay == null || delay.compareTo(exchange.deadline().remaining()) >= 0) {
      return false;
    }
    if (!delay.isZero()) {
      exchange.cancellation().sleep(delay);
    }
    exchange.cancellation().check();
    return true;
  }

  private KeyRing ring(
      Adapter adapter, Candidate candidate, Snapshot snapshot, Reservation reservation) {
    String provider = candidate.provider().id();
    List<ProviderKey> keys = snapshot.keys(provider);
    if (keys.isEmpty() && !adapter.keyRequired()) {
      return new KeyRing(List.of(Targets.keyless(provider)), random);
    }
    List<ProviderKey> eligible = new ArrayList<>(keys.size());
    for (ProviderKey key : keys) {
      boolean serves = candidate.model().isEmpty() || key.models().allows(candidate.model());
      boolean wanted = candidate.keyId().map(key.id()::equals).orElse(true);
      if (serves && wanted && reservation.entitlement().allowsKey(provider, key.id())) {
        eligible.add(key);
      }
    }
    return new KeyRing(eligible, random);
  }
}
