package bifrost.governance.limit;

import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.LimitOverride;
import bifrost.governance.window.Period;

/** A budget with the counter of its window, in billionths of a US dollar. */
public final class BudgetMeter extends Meter {
  private final Budget budget;
  private final Share share;
  private final Concurrency concurrency = new Concurrency();

  /**
   * A meter of a budget.
   *
   * @param budget the budget
   * @param aligned whether its windows follow the calendar
   * @param holder whose it is
   * @param books where it is counted, and this node's share where it is hard
   */
  public BudgetMeter(Budget budget, boolean aligned, Holder holder, Books books) {
    super(
        "budget:" + budget.id(),
        holder,
        budget.window(),
        aligned,
        budget.anchorMillis(),
        books.ledger());
    this.budget = budget;
    this.share = budget.kind() == Budget.Kind.HARD ? books.share() : Share.ALL;
  }

  @Override
  public String id() {
    return budget.id();
  }

  /** The budget. */
  public Budget budget() {
    return budget;
  }

  /** How many attempts share it. */
  public Concurrency concurrency() {
    return concurrency;
  }

  /** What an override adds in a window. */
  public long overrideAt(Period period) {
    if (budget.override().isEmpty()) {
      return 0;
    }
    LimitOverride override = budget.override().get();
    long windows = windowsBetween(override.fromMillis(), period);
    boolean holds = windows >= 0 && (override.windows() == 0 || windows < override.windows());
    return holds ? override.amountNanos() : 0;
  }

  /** What this node may spend of a limit. */
  public Share share() {
    return share;
  }

  /**
   * With a share, what this node has spent and holds stays within it: what others have spent is
   * allowed on top, since it is in the counter too.
   */
  @Override
  long bound(Reading reading) {
    return share.partial()
        ? share.of(reading.limit()) + reading.counter().totalOfOthers()
        : reading.limit();
  }

  @Override
  long limitAt(Period period) {
    long limit = budget.limitNanos() + overrideAt(period);
    return limit < 0 ? Long.MAX_VALUE : limit;
  }
}
