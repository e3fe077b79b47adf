package bifrost.governance.limit;

import bifrost.api.ledger.Counter;
import bifrost.api.ledger.Ledger;
import bifrost.api.snapshot.Window;
import bifrost.governance.window.Period;
import bifrost.governance.window.Windows;

/**
 * A limit with the counter of its window. It keeps no state of its own: the counter belongs to the
 * ledger, so meters of the same limit may be made and dropped at will.
 */
public abstract sealed class Meter permits BudgetMeter, RateMeter {
  private final String counterId;
  private final Holder holder;
  private final Window window;
  private final boolean aligned;
  private final long anchorMillis;
  private final Ledger ledger;
  private volatile Reading reading;

  Meter(
      String counterId,
      Holder holder,
      Window window,
      boolean aligned,
      long anchorMillis,
      Ledger ledger) {
    this.counterId = counterId;
    this.holder = holder;
    this.window = window;
    this.aligned = aligned;
    this.anchorMillis = anchorMillis;
    this.ledger = ledger;
  }

  /** The window of a time, with its counter and limit. */
  public final Reading at(long nowMillis) {
    Reading last = reading;
    if (last != null && last.period().contains(nowMillis)) {
      return last;
    }
    Period period = Windows.at(window, aligned, anchorMillis, nowMillis);
    Reading next =
        new Reading(
            this,
            period,
            ledger.open(counterId, period.startMillis(), period.endMillis()),
            limitAt(period));
    reading = next;
    return next;
  }

  /** Whose it is. */
  public final Holder holder() {
    return holder;
  }

  /** The length of its window. */
  public final Window window() {
    return window;
  }

  /** The limit's id. */
  public abstract String id();

  /** The limit that holds in a window. */
  abstract long limitAt(Period period);

  /** Up to where this node may hold: what is committed in the counter stays within it. */
  long bound(Reading reading) {
    return reading.limit();
  }

  /** How many windows lie between a time and a window. */
  final long windowsBetween(long fromMillis, Period period) {
    return Windows.between(window, aligned, anchorMillis, fromMillis, period.startMillis());
  }

  /**
   * A limit in one window.
   *
   * @param meter the limit
   * @param period the window
   * @param counter what was used and is held in it
   * @param limit the limit that holds in it
   */
  public record Reading(Meter meter, Period period, Counter counter, long limit) {
    /** What this node may still hold; negative when there is more than it may. */
    public long free() {
      return meter.bound(this) - counter.committed();
    }

    /** Holds an amount if this node may; one atomic step. */
    public boolean hold(long amount) {
      return counter.hold(amount, meter.bound(this));
    }
  }
}
