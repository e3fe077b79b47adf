package bifrost.api.snapshot;

import java.util.List;

/**
 * The budgets and rate limits of one owner.
 *
 * @param budgets its budgets, each window at most once
 * @param rateLimits its rate limits, each metric and window at most once
 * @param calendarAligned whether windows of a day and longer follow the calendar, in UTC
 */
public record Limits(List<Budget> budgets, List<RateLimit> rateLimits, boolean calendarAligned) {
  /** No limit at all. */
  public static final Limits NONE = new Limits(List.of(), List.of(), false);

  /** Copies the lists. */
  public Limits {
    budgets = List.copyOf(budgets);
    rateLimits = List.copyOf(rateLimits);
  }

  /** Whether there is any limit. */
  public boolean any() {
    return !budgets.isEmpty() || !rateLimits.isEmpty();
  }
}
