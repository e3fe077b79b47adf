package bifrost.runtime.pipeline;

import bifrost.api.governance.Attempt;
import bifrost.api.governance.AttemptAdmission;
import bifrost.api.governance.Hold;
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
import bifrost.runtime.format.InboundFormat;
import bifrost.runtime.format.RawEdits;
import bifrost.runtime.metrics.RequestMetrics;
import bifrost.runtime.provider.Adapter;
import bifrost.runtime.provider.ProviderRegistry;
import bifrost.runtime.routing.Candidate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one attempt at a candidate with one key: waits for its turn, enters the provider's lease,
 * holds what the attempt may cost, calls, and charges or releases the hold.
 */
final class Attempts {
  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
  private static final Duration SWAP_GAP = Duration.ofSeconds(5);

  private final ProviderRegistry registry;
  private final RequestMetrics metrics;
  private final LongSupplier nanoTime;
  private final ConcurrentMap<String, CallGate> gates = new ConcurrentHashMap<>();

  Attempts(ProviderRegistry registry, RequestMetrics metrics, LongSupplier nanoTime) {
    this.registry = registry;
    this.metrics = metrics;
    this.nanoTime = nanoTime;
  }

  Dispatched attempt(Place place, ProviderKey key) throws InterruptedException {
    ProviderConfig provider = place.candidate().provider();
    CallGate gate = gates.computeIfAbsent(provider.id(), id -> new CallGate());
    long longest = place.exchange().deadline().remaining().toNanos();
    if (!gate.enter(provider.concurrency(), provider.queueSize(), longest)) {
      return new Dispatched.Refused(Refusals.providerFull(provider));
    }
    try {
      return leased(place, key);
    } finally {
      gate.leave();
    }
  }

  private Dispatched leased(Place place, ProviderKey key) throws InterruptedException {
    Consumer<Reason> cancel = place.exchange().cancellation()::cancel;
    while (true) {
      Optional<Adapter> adapter = adapter(place.candidate().provider(), place.exchange());
      if (adapter.isEmpty()) {
        return new Dispatched.Refused(Refusals.unavailable(place.candidate().provider().id()));
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
    Exchange exchange = place.exchange();
    Candidate candidate = place.candidate();
    String wireModel = key.wireModel(candidate.model());
    Attempt attempt =
        new Attempt(
            candidate.provider().id(), candidate.model(), wireModel, key.id(), exchange.attempts());
    return switch (place.reservation().attempt(attempt)) {
      case AttemptAdmission.Refused(Refusal refusal) -> new Dispatched.Refused(refusal);
      case AttemptAdmission.Held(Hold hold, OptionalLong maxOutputTokens) -> {
        exchange.attempting(candidate, place.fallback(), wireModel, key.id(), key.name());
        yield call(place, key, adapter, wireModel, hold, maxOutputTokens);
      }
    };
  }

  private Dispatched call(
      Place place,
      ProviderKey key,
      Adapter adapter,
      String wireModel,
      Hold hold,
      OptionalLong maxOutputTokens)
      throws InterruptedException {
    Exchange exchange = place.exchange();
    Operation operation = exchange.request().operation();
    AttemptSink sink =
        new AttemptSink(exchange, place.output(), servedBy(place, wireModel), nanoTime);
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
              Targets.target(place.candidate().provider(), key, adapter, wireModel),
              forwarded(exchange),
              exchange.deadline(),
              exchange.cancellation());
      Outcome outcome = adapter.lease().service().call(call, sink);
      switch (outcome) {
        case Outcome.Completed completed -> {
          sink.complete();
          complete = true;
          metrics.keyUsed(key.provider(), key.name(), true);
          return new Dispatched.Answered();
        }
        case Outcome.Failed(UpstreamFailure failure) -> {
          exchange.cancellation().check();
          mayBeBilled = failure.billable();
          if (failure.kind() == Kind.CREDENTIAL || failure.kind() == Kind.BILLING) {
            metrics.keyUsed(key.provider(), key.name(), false);
          }
          LOG.debug("{} attempt at {} failed: {}", call.requestId(), place.candidate(), failure);
          return new Dispatched.Failed(failure, false, sink.committed());
        }
      }
    } finally {
      Usage usage = sink.usage();
      long spent = nanoTime.getAsLong() - start;
      exchange.spentUpstream(spent);
      metrics.attempted(place.candidate().provider().id(), spent, complete);
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
        new Header("x-bf-provider", place.candidate().provider().id()),
        new Header("x-bf-model", wireModel));
  }

  /** The adapter of a provider, waiting for one that is being swapped. */
  Optional<Adapter> adapter(ProviderConfig provider, Exchange exchange)
      throws InterruptedException {
    String name = provider.base().orElse(provider.id());
    Optional<Adapter> now = registry.find(name);
    return now.isPresent() ? now : registry.await(name, SWAP_GAP, exchange.deadline());
  }
}
