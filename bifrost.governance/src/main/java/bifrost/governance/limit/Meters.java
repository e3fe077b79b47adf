package bifrost.governance.limit;

import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.RateLimit;
import java.util.ArrayList;
import java.util.List;

/**
 * The meters that apply to a request or an attempt, by what they count.
 *
 * @param requests limits on requests
 * @param tokens limits on tokens
 * @param budgets limits on cost
 */
public record Meters(List<RateMeter> requests, List<RateMeter> tokens, List<BudgetMeter> budgets) {
  /** No limit at all. */
  public static final Meters NONE = new Meters(List.of(), List.of(), List.of());

  /** Copies the lists. */
  public Meters {
    requests = List.copyOf(requests);
    tokens = List.copyOf(tokens);
    budgets = List.copyOf(budgets);
  }

  /** The meters of one owner's limits. */
  public static Meters of(Limits limits, Holder holder, Books books) {
    if (!limits.any()) {
      return NONE;
    }
    boolean aligned = limits.calendarAligned();
    List<RateMeter> requests = new ArrayList<>();
    List<RateMeter> tokens = new ArrayList<>();
    for (RateLimit rate : limits.rateLimits()) {
      (rate.metric() == RateLimit.Metric.REQUESTS ? requests : tokens)
          .add(new RateMeter(rate, aligned, holder, books.ledger()));
    }
    List<BudgetMeter> budgets = new ArrayList<>();
    for (Budget budget : limits.budgets()) {
      budgets.add(new BudgetMeter(budget, aligned, holder, books));
    }
    return new Meters(requests, tokens, budgets);
  }

  /** These and those. */
  public Meters and(Meters others) {
    if (others.isEmpty()) {
      return this;
    }
    return isEmpty()
        ? others
        : new Meters(
            join(requests, others.requests),
            join(tokens, others.tokens),
            join(budgets, others.budgets));
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return requests.isEmpty() && tokens.isEmpty() && budgets.isEmpty();
  }

  /** Whether any of them leaves no room for another request. */
  public boolean exhausted(long nowMillis) {
    return exhausted(requests, nowMillis)
        || exhausted(tokens, nowMillis)
        || exhausted(budgets, nowMillis);
  }

  private static boolean exhausted(List<? extends Meter> meters, long nowMillis) {
    for (Meter meter : meters) {
      if (meter.at(nowMillis).free() <= 0) {
        return true;
      }
    }
    return false;
  }

  private static <T> List<T> join(List<T> a, List<T> b) {
    if (b.isEmpty()) {
      return a;
    }
    if (a.isEmpty()) {
      return b;
    }
    List<T> all = new ArrayList<>(a.size() + b.size());
    all.addAll(a);
    all.addAll(b);
    return all;
  }
}
