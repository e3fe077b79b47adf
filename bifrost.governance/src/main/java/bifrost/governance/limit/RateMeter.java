package bifrost.governance.limit;

import bifrost.api.ledger.Ledger;
import bifrost.api.snapshot.RateLimit;
import bifrost.governance.window.Period;

/** A rate limit with the counter of its window, in requests or tokens. */
public final class RateMeter extends Meter {
  private final RateLimit rate;

  /**
   * A meter of a rate limit.
   *
   * @param rate the rate limit
   * @param aligned whether its windows follow the calendar
   * @param holder whose it is
   * @param ledger where it is counted
   */
  public RateMeter(RateLimit rate, boolean aligned, Holder holder, Ledger ledger) {
    super("rate:" + rate.id(), holder, rate.window(), aligned, rate.anchorMillis(), ledger);
    this.rate = rate;
  }

  @Override
  public String id() {
    return rate.id();
  }

  /** The rate limit. */
  public RateLimit rate() {
    return rate;
  }

  @Override
  long limitAt(Period period) {
    return rate.limit();
  }
}
