package bifrost.governance.admission;

import bifrost.api.governance.AdmissionRequest;
import bifrost.api.governance.Attempt;
import bifrost.api.governance.AttemptAdmission;
import bifrost.api.governance.Charged;
import bifrost.api.governance.Entitlement;
import bifrost.api.governance.Reservation;
import bifrost.api.governance.RoutePlan;
import bifrost.api.governance.Settlement;
import bifrost.api.ledger.Counter;
import bifrost.api.ledger.Ledger;
import bifrost.api.model.Refusal;
import bifrost.api.model.Usage;
import bifrost.api.snapshot.Snapshot;
import bifrost.governance.limit.Meter;
import bifrost.governance.limit.MeterCache;
import bifrost.governance.limit.Meters;
import bifrost.governance.price.ModelPrice;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The reservation of one admitted request, and the holds of its attempts.
 *
 * <p>The inherited reference is the newest hold, each linked to the one before it; settling swaps
 * in {@link AttemptHold#CLOSED}, so that an attempt and a settlement that come at once agree on who
 * ends what.
 */
final class HeldReservation extends AtomicReference<AttemptHold> implements Reservation {
  /** What every reservation works with. */
  record Context(
      Ledger ledger,
      InstantSource clock,
      Unpriced unpriced,
      Counts counts,
      MeterCache owners,
      Rulebook rules) {}

  private final Context context;
  private final AdmissionRequest request;
  private final Snapshot snapshot;
  private final KeyPlan plan;
  private final Meters meters;
  private final List<Counter> requests;
  private final Entitlement entitlement;

  /** Whether the requests that were held are counted or given back. */
  private final AtomicBoolean requestsEnded = new AtomicBoolean();

  HeldReservation(
      Context context,
      AdmissionRequest request,
      Snapshot snapshot,
      KeyPlan plan,
      Meters meters,
      List<Counter> requests,
      long now) {
    this.context = context;
    this.request = request;
    this.snapshot = snapshot;
    this.plan = plan;
    this.meters = meters;
    this.requests = requests;
    this.entitlement =
        plan.key().isEmpty()
            ? Entitlement.ALL
            : new KeyEntitlement(plan, snapshot, context.rules().prices(), context.owners(), now);
  }

  @Override
  public Entitlement entitlement() {
    return entitlement;
  }

  @Override
  public Charged charged() {
    return plan.charged();
  }

  @Override
  public Optional<RoutePlan> route(Map<String, String> parameters) {
    return context
        .rules()
        .rules()
        .route(
            new RequestFacts(
                request,
                parameters,
                snapshot,
                plan,
                meters,
                context.clock().millis(),
                context.owners()));
  }

  @Override
  public AttemptAdmission attempt(Attempt attempt) {
    Refusal blocked = blocked(attempt);
    if (blocked != null) {
      return refused(blocked);
    }
    Meters local = localMeters(attempt);
    long now = context.clock().millis();
    List<Counter> counted = new ArrayList<>(local.requests().size());
    Meter.Reading full = Admissions.holdRequests(local.requests(), now, counted);
    if (full != null) {
      return refused(Refusals.exceeded(full, now).allowingFallback());
    }
    AttemptHold hold = new AttemptHold(context, plan, request);
    AttemptAdmission answer = null;
    try {
      answer = hold(hold, attempt, local, now);
    } finally {
      if (!(answer instanceof AttemptAdmission.Held)) {
        hold.drop();
        Admissions.release(counted);
      }
    }
    if (answer instanceof AttemptAdmission.Refused) {
      return answer;
    }
    context.counts().held(hold.limited());
    count(counted, hold);
    if (requestsEnded.compareAndSet(false, true)) {
      count(requests, hold);
    }
    if (!push(hold)) {
      hold.release();
      return refused(Refusals.settled());
    }
    return answer;
  }

  @Override
  public void settle(Settlement settlement) {
    AttemptHold newest = getAndSet(AttemptHold.CLOSED);
    if (newest == AttemptHold.CLOSED) {
      return;
    }
    for (AttemptHold hold = newest; hold != null; hold = hold.before()) {
      hold.charge(Usage.NONE, false);
    }
    if (requestsEnded.compareAndSet(false, true)) {
      Admissions.release(requests);
    }
    context.counts().settled();
  }

  private Refusal blocked(Attempt attempt) {
    if (plan.key().isEmpty()) {
      return null;
    }
    var key = plan.key().get();
    if (!plan.allowsProvider(attempt.provider())) {
      return Refusals.providerBlocked(key, attempt.provider());
    }
    if (!plan.allows(attempt.provider(), attempt.model())) {
      return Refusals.modelBlocked(key, attempt.provider(), attempt.model());
    }
    if (!attempt.keyId().isEmpty() && !entitlement.allowsKey(attempt.provider(), attempt.keyId())) {
      return Refusals.keyBlocked(key, attempt.provider());
    }
    return null;
  }

  /** The meters that depend on where the attempt goes. */
  private Meters localMeters(Attempt attempt) {
    Meters local =
        plan.grants().isEmpty()
            ? Meters.NONE
            : plan.grant(attempt.provider(), attempt.model())
                .map(KeyPlan.GrantMeters::meters)
                .orElse(Meters.NONE);
    return local
        .and(KeyEntitlement.providerMeters(snapshot, attempt.provider(), context.owners()))
        .and(
            context
                .rules()
                .models()
                .at(attempt.provider(), attempt.model(), plan.keyId(), context.owners()));
  }

  /** Holds tokens and cost; what it held before it refused is dropped by the caller. */
  private AttemptAdmission hold(AttemptHold hold, Attempt attempt, Meters local, long now) {
    Refusal refusal = holdTokens(hold, meters, now);
    if (refusal != null) {
      return refused(refusal);
    }
    refusal = holdTokens(hold, local, now);
    if (refusal != null) {
      return refused(refusal.allowingFallback());
    }
    Optional<ModelPrice> price =
        context
            .rules()
            .prices()
            .price(
                snapshot, attempt.provider(), attempt.model(), attempt.wireModel(), plan.keyId());
    hold.price(price.orElse(null));
    if (price.isEmpty()) {
      context.counts().unpriced();
    }
    Meters all = meters.and(local);
    if (all.budgets().isEmpty()) {
      return new AttemptAdmission.Held(hold);
    }
    List<BudgetHolds.Budgeted> budgets = BudgetHolds.read(all.budgets(), now);
    Ceiling ceiling;
    if (price.isPresent()) {
      ceiling = Ceiling.of(request, price.get(), plan.expectation());
    } else if (context.unpriced().ceilingNanos() > 0) {
      ceiling = Ceiling.fixed(context.unpriced().ceilingNanos());
    } else {
      return refused(
          Refusals.unpriced(budgets.getFirst().reading(), attempt.provider(), attempt.model()));
    }
    return switch (BudgetHolds.hold(budgets, ceiling, plan.expectation())) {
      case BudgetHolds.Held.None none -> {
        Refusal exceeded = Refusals.budgetExceeded(none.budget(), none.needed());
        boolean elsewhere = local.budgets().contains(none.budget().meter());
        yield refused(elsewhere ? exceeded.allowingFallback() : exceeded);
      }
      case BudgetHolds.Held.All held -> {
        boolean limited = held.outputTokens() < ceiling.maxOutputTokens();
        hold.budgets(budgets, held.amount(), limited ? held.outputTokens() : 0);
        yield new AttemptAdmission.Held(
            hold,
            limited || (ceiling.limitable() && ceiling.assumed())
                ? OptionalLong.of(held.outputTokens())
                : OptionalLong.empty());
      }
    };
  }

  /**
   * Holds the tokens that are expected, or what is left where that is less: a rate limit refuses
   * only when there is nothing left, and the request that crosses it may end.
   */
  private Refusal holdTokens(AttemptHold hold, Meters where, long now) {
    if (where.tokens().isEmpty()) {
      return null;
    }
    long expected = hold.expectedTokens();
    for (Meter meter : where.tokens()) {
      Meter.Reading reading = meter.at(now);
      while (true) {
        long free = reading.free();
        if (free <= 0) {
          return Refusals.exceeded(reading, now);
        }
        long amount = Math.min(free, expected);
        if (reading.hold(amount)) {
          hold.tokens(reading.counter(), amount);
          break;
        }
      }
    }
    return null;
  }

  private boolean push(AttemptHold hold) {
    while (true) {
      AttemptHold newest = get();
      if (newest == AttemptHold.CLOSED) {
        return false;
      }
      hold.before(newest);
      if (compareAndSet(newest, hold)) {
        return true;
      }
    }
  }

  private static void count(List<Counter> requests, AttemptHold hold) {
    for (Counter counter : requests) {
      counter.settle(1, 1);
    }
    hold.alsoPersist(requests);
  }

  private AttemptAdmission refused(Refusal refusal) {
    return new AttemptAdmission.Refused(context.counts().refused(refusal));
  }
}
