package bifrost.runtime.pipeline;

import bifrost.api.governance.Attempt;
import bifrost.api.governance.AttemptAdmission;
import bifrost.api.governance.Hold;
import bifrost.api.governance.Reservation;
import bifrost.api.model.Header;
import bifrost.api.model.Operation;
import bifrost.api.model.Refusal;
import bifrost.api.model.Usage;
import bifrost.api.provider.Cancellation.Reason;
import bifrost.api.provider.Outcome;
import bifrost.api.provider.Payload;
import bifrost.api.provider.ProviderCall;
import bifrost.api.provider.ProviderDescriptor.Support;
import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.Snapshot;
import bifrost.runtime.format.InboundFormat;
import bifrost.runtime.format.RawEdits;
import bifrost.runtime.metrics.RequestMetrics;
import bifrost.runtime.provider.Adapter;
import bifrost.runtime.provider.ProviderRegistry;
import bifrost.runtime.routing.Candidate;
import bifrost.runtime.routing.KeyRing;
import bifrost.runtime.routing.RetryPolicy;
import bifrost.runtime.routing.RetryPolicy.Next;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes an admitted call to its candidates, one attempt after the other, until one answers: keys by
 * weight, repeats, key rotation, fallbacks, under one deadline.
 */
final class Dispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final Duration SWAP_GAP = Duration.ofSeconds(5);

  private final ProviderRegistry registry;
  private final RetryPolicy retries;
  private final RequestMetrics metrics;
  private final DoubleSupplier random;
  private final LongSupplier nanoTime;
  private final ConcurrentMap<String, CallGate> gates = new ConcurrentHashMap<>();

  Dispatcher(
      ProviderRegistry registry,
      RetryPolicy retries,
      RequestMetrics metrics,
      DoubleSupplier random,
      LongSupplier nanoTime) {
    this.registry = registry;
    this.retries = retries;
    this.metrics = metrics;
    this.random = random;
    this.nanoTime = nanoTime;
  }

  /** What became of a call, or of an attempt. */
  sealed interface Dispatched {
    /** The whole answer has left. */
    record Answered() implements Dispatched {}

    /** It is refused, and nothing has left. */
    record Refused(Refusal refusal) implements Dispatched {}

    /** The upstream failed; {@code committed} says whether content has left. */
    record Failed(UpstreamFailure failure, boolean allKeysDead, boolean committed)
        implements Dispatched {}
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
          failed.committed
              || failed.failure.kind() == Kind.INVALID_REQUEST
              || !exchange.call().body().replayable();
    };
  }

  private static boolean isCommitted(Dispatched result) {
    return result instanceof Dispatched.Failed failed && failed.committed;
  }

  private Dispatched candidate(
      Exchange exchange,
      Snapshot snapshot,
      Reservation reservation,
      Candidate candidate,
      int fallback,
      ClientOutput output)
      throws InterruptedException {
    Optional<Adapter> adapter = adapter(candidate.provider(), exchange);
    if (adapter.isEmpty()) {
      return new Dispatched.Refused(unavailable(candidate.provider().id()));
    }
    Operation operation = exchange.request().operation();
    if (!adapter.get().support(operation).any()) {
      return new Dispatched.Refused(unsupported(candidate.provider().id(), operation));
    }
    KeyRing ring = ring(adapter.get(), candidate, snapshot, reservation);
    Optional<ProviderKey> key = ring.next();
    if (key.isEmpty()) {
      return new Dispatched.Refused(noKey(candidate));
    }
    Place place = new Place(exchange, candidate, fallback, reservation, output);
    int repeats = 0;
    while (true) {
      Dispatched result = gated(place, key.get());
      if (!(result instanceof Dispatched.Failed failed) || failed.committed) {
        return result;
      }
      Next next = retries.after(failed.failure, repeats, candidate.provider());
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
        return new Dispatched.Failed(failed.failure, ring.allDead(), false);
      }
      if (next instanceof Next.AnyKey) {
        ring.forgive();
        key = ring.next();
      }
    }
  }

  /** Where an attempt is made. */
  private record Place(
      Exchange exchange,
      Candidate candidate,
      int fallback,
      Reservation reservation,
      ClientOutput output) {}

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

  private Dispatched gated(Place place, ProviderKey key) throws InterruptedException {
    ProviderConfig provider = place.candidate.provider();
    CallGate gate = gates.computeIfAbsent(provider.id(), id -> new CallGate());
    long longest = place.exchange.deadline().remaining().toNanos();
    if (!gate.enter(provider.concurrency(), provider.queueSize(), longest)) {
      return new Dispatched.Refused(overloaded(provider));
    }
    try {
      return leased(place, key);
    } finally {
      gate.leave();
    }
  }

  private Dispatched leased(Place place, ProviderKey key) throws InterruptedException {
    Consumer<Reason> cancel = place.exchange.cancellation()::cancel;
    while (true) {
      Optional<Adapter> adapter = adapter(place.candidate.provider(), place.exchange);
      if (adapter.isEmpty()) {
        return new Dispatched.Refused(unavailable(place.candidate.provider().id()));
      }
      if (adapter.get().lease().enter(cancel)) {
        try {
          return held(place, key, adapter.get());
        } finally {
          adapter.get().lease().leave(cancel);
        }
      }
    }
  }

  private Dispatched held(Place place, ProviderKey key, Adapter adapter)
      throws InterruptedException {
    Exchange exchange = place.exchange;
    Candidate candidate = place.candidate;
    String wireModel = key.wireModel(candidate.model());
    Attempt attempt =
        new Attempt(
            candidate.provider().id(), candidate.model(), wireModel, key.id(), exchange.attempts());
    return switch (place.reservation.attempt(attempt)) {
      case AttemptAdmission.Refused(Refusal refusal) -> new Dispatched.Refused(refusal);
      case AttemptAdmission.Held(Hold hold, OptionalLong maxOutputTokens) -> {
        exchange.attempting(candidate, place.fallback, wireModel, key.id(), key.name());
        yield attempt(place, key, adapter, wireModel, hold, maxOutputTokens);
      }
    };
  }

  private Dispatched attempt(
      Place place,
      ProviderKey key,
      Adapter adapter,
      String wireModel,
      Hold hold,
      OptionalLong maxOutputTokens)
      throws InterruptedException {
    Exchange exchange = place.exchange;
    Operation operation = exchange.request().operation();
    AttemptSink sink =
        new AttemptSink(exchange, place.output, servedBy(place, wireModel), nanoTime);
    long start = nanoTime.getAsLong();
    boolean mayBeBilled = true;
    boolean complete = false;
    try {
      InboundFormat.Typed payload = payload(exchange, adapter, wireModel, maxOutputTokens);
      if (payload instanceof InboundFormat.Typed.Refused(Refusal refusal)) {
        mayBeBilled = false;
        return new Dispatched.Refused(refusal);
      }
      ProviderCall call =
          new ProviderCall(
              exchange.request().id(),
              operation,
              exchange.call().stream(),
              ((InboundFormat.Typed.Ok) payload).payload(),
              Targets.target(place.candidate.provider(), key, adapter, wireModel),
              forwarded(exchange),
              exchange.deadline(),
              exchange.cancellation());
      Outcome outcome = adapter.lease().service().call(call, sink);
      switch (outcome) {
        case Outcome.Completed completed -> {
          sink.complete();
          complete = true;
          return new Dispatched.Answered();
        }
        case Outcome.Failed(UpstreamFailure failure) -> {
          exchange.cancellation().check();
          mayBeBilled = failure.billable();
          LOG.debug("{} attempt at {} failed: {}", call.requestId(), place.candidate, failure);
          return new Dispatched.Failed(failure, false, sink.committed());
        }
      }
    } finally {
      Usage usage = sink.usage();
      metrics.attempted(place.candidate.provider().id(), nanoTime.getAsLong() - start, complete);
      if (mayBeBilled) {
        exchange.used(usage, hold.charge(usage, complete));
      } else {
        hold.release();
      }
    }
  }

  private static InboundFormat.Typed payload(
      Exchange exchange, Adapter adapter, String wireModel, OptionalLong maxOutputTokens) {
    InboundFormat format = exchange.request().format();
    Operation operation = exchange.request().operation();
    Support support = adapter.support(operation);
    if (support.raw().contains(format.wire())) {
      RawEdits edits =
          new RawEdits(
              wireModel,
              asksForUsage(operation, adapter),
              maxOutputTokens,
              limitField(operation, adapter));
      Payload raw = exchange.call().body().raw(format.wire(), edits);
      return new InboundFormat.Typed.Ok(raw);
    }
    return format.typed(operation, exchange.call(), wireModel, maxOutputTokens);
  }

  /** OpenAI's newer models refuse the older name, other vendors know no other. */
  private static String limitField(Operation operation, Adapter adapter) {
    if (operation == Operation.RESPONSES) {
      return "max_output_tokens";
    }
    boolean own = adapter.vendor().isEmpty() && operation == Operation.CHAT_COMPLETION;
    return own ? "max_completion_tokens" : "max_tokens";
  }

  private static boolean asksForUsage(Operation operation, Adapter adapter) {
    return adapter.streamUsage()
        && (operation == Operation.CHAT_COMPLETION || operation == Operation.TEXT_COMPLETION);
  }

  /** Header fields that the caller wants the provider to see: {@code x-bf-eh-NAME}. */
  private static List<Header> forwarded(Exchange exchange) {
    List<Header> all = List.of();
    for (Header header : exchange.request().headers()) {
      if (header.name().regionMatches(true, 0, "x-bf-eh-", 0, 8) && header.name().length() > 8) {
        all = all.isEmpty() ? new ArrayList<>() : all;
        all.add(new Header(header.name().substring(8), header.value()));
      } else if (header.is("openai-beta")) {
        all = all.isEmpty() ? new ArrayList<>() : all;
        all.add(header);
      }
    }
    return all;
  }

  private static List<Header> servedBy(Place place, String wireModel) {
    return List.of(
        new Header("x-bf-provider", place.candidate.provider().id()),
        new Header("x-bf-model", wireModel));
  }

  private Optional<Adapter> adapter(ProviderConfig provider, Exchange exchange)
      throws InterruptedException {
    String name = provider.base().orElse(provider.id());
    Optional<Adapter> now = registry.find(name);
    return now.isPresent() ? now : registry.await(name, SWAP_GAP, exchange.deadline());
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
      if (serves && reservation.entitlement().allowsKey(provider, key.id())) {
        eligible.add(key);
      }
    }
    return new KeyRing(eligible, random);
  }

  private static Refusal unavailable(String provider) {
    return Refusal.of(
            503,
            "provider_unavailable",
            "no bundle serves provider '"
                + provider
                + "' at this moment; it is being swapped, or was not installed (see the shell"
                + " command bifrost:providers)")
        .retryAfter(Duration.ofSeconds(1))
        .allowingFallback();
  }

  private static Refusal unsupported(String provider, Operation operation) {
    return Refusal.of(
            400,
            "invalid_request",
            "provider '%s' does not offer %s".formatted(provider, operation.label()))
        .allowingFallback();
  }

  private static Refusal noKey(Candidate candidate) {
    return Refusal.of(
            404,
            "model_not_found",
            "no key of provider '%s' may be used for model '%s'; add the model to a key's models, or"
                    .formatted(candidate.provider().id(), candidate.model())
                + " allow one of its keys to the caller")
        .allowingFallback();
  }

  private static Refusal overloaded(ProviderConfig provider) {
    return Refusal.of(
            503,
            "overloaded",
            "provider '%s' has %d calls running and %d waiting, which is its limit; try again later"
                .formatted(provider.id(), provider.concurrency(), provider.queueSize()))
        .retryAfter(Duration.ofSeconds(1))
        .allowingFallback();
  }
}
