package bifrost.governance.admission;

import bifrost.api.governance.AdmissionRequest;
import bifrost.api.governance.Hold;
import bifrost.api.ledger.Counter;
import bifrost.api.model.Usage;
import bifrost.governance.price.ModelPrice;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** What one attempt holds. The inherited flag is whether it has ended: the first end counts. */
final class AttemptHold extends AtomicBoolean implements Hold {
  /** Marks a reservation that is settled; holds nothing. */
  static final AttemptHold CLOSED = new AttemptHold(null, null, null);

  private final HeldReservation.Context context;
  private final KeyPlan plan;
  private final AdmissionRequest request;
  private final List<Counter> tokenCounters = new ArrayList<>(2);
  private final List<Long> tokenAmounts = new ArrayList<>(2);
  private final List<Counter> alsoPersisted = new ArrayList<>(4);
  private List<BudgetHolds.Budgeted> budgets = List.of();
  private long amount;
  private long outputLimit;
  private ModelPrice price;
  private AttemptHold before;

  AttemptHold(HeldReservation.Context context, KeyPlan plan, AdmissionRequest request) {
    super(context == null);
    this.context = context;
    this.plan = plan;
    this.request = request;
  }

  @Override
  public long charge(Usage usage, boolean complete) {
    if (!compareAndSet(false, true)) {
      return 0;
    }
    boolean reported = complete && !Estimates.isNothing(usage);
    Usage billed = usage;
    if (reported) {
      plan.expectation().learn(request, usage, outputLimit);
    } else {
      billed = Estimates.of(request, plan.expectation(), usage);
      context.counts().estimated();
    }
    long cost = cost(billed, reported);
    for (BudgetHolds.Budgeted budget : budgets) {
      budget.settle(amount, cost);
    }
    for (int i = 0; i < tokenCounters.size(); i++) {
      tokenCounters.get(i).settle(tokenAmounts.get(i), billed.totalTokens());
    }
    if (!budgets.isEmpty() && cost > amount) {
      context.counts().aboveHold();
    }
    end(true);
    return cost;
  }

  @Override
  public void release() {
    if (compareAndSet(false, true)) {
      giveBack();
      end(false);
    }
  }

  /** Takes back a hold that nobody was given. */
  void drop() {
    if (compareAndSet(false, true)) {
      giveBack();
    }
  }

  /** Tokens that the attempt is expected to come to. */
  long expectedTokens() {
    return Estimates.tokens(request, plan.expectation(), BudgetHolds.FIRST_EXPECTED_OUTPUT);
  }

  void tokens(Counter counter, long held) {
    tokenCounters.add(counter);
    tokenAmounts.add(held);
  }

  void budgets(List<BudgetHolds.Budgeted> held, long heldAtEach, long limit) {
    budgets = held;
    amount = heldAtEach;
    outputLimit = limit;
  }

  /** Whether its output is limited to what a budget has left. */
  boolean limited() {
    return outputLimit > 0;
  }

  void price(ModelPrice known) {
    price = known;
  }

  /** Counters that changed with this attempt and reach the journal with its end. */
  void alsoPersist(List<Counter> counters) {
    alsoPersisted.addAll(counters);
  }

  AttemptHold before() {
    return before;
  }

  void before(AttemptHold hold) {
    before = hold;
  }

  /** An estimate is never above what is held. */
  private long cost(Usage billed, boolean reported) {
    if (price == null) {
      return budgets.isEmpty() ? 0 : amount;
    }
    long cost = price.cost(billed);
    return reported || budgets.isEmpty() ? cost : Math.min(cost, amount);
  }

  private void giveBack() {
    for (BudgetHolds.Budgeted budget : budgets) {
      budget.release(amount);
    }
    for (int i = 0; i < tokenCounters.size(); i++) {
      tokenCounters.get(i).release(tokenAmounts.get(i));
    }
  }

  private void end(boolean charged) {
    context.counts().holdEnded();
    List<Counter> changed = new ArrayList<>(alsoPersisted);
    if (charged) {
      for (BudgetHolds.Budgeted budget : budgets) {
        changed.add(budget.counter());
      }
      changed.addAll(tokenCounters);
    }
    if (!changed.isEmpty()) {
      context.ledger().persist(changed);
    }
  }
}
