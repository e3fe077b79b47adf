package bifrost.governance.admission;

import bifrost.api.metrics.MetricSource.Sink;
import bifrost.api.model.Refusal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** What the governor counts of its own work. */
public final class Counts {
  private final LongAdder admitted = new LongAdder();
  private final LongAdder open = new LongAdder();
  private final LongAdder holds = new LongAdder();
  private final LongAdder limited = new LongAdder();
  private final LongAdder estimated = new LongAdder();
  private final LongAdder aboveHold = new LongAdder();
  private final LongAdder unpriced = new LongAdder();
  private final ConcurrentMap<String, LongAdder> refused = new ConcurrentHashMap<>();

  void admitted() {
    admitted.increment();
    open.increment();
  }

  void settled() {
    open.decrement();
  }

  void held(boolean limitedOutput) {
    holds.increment();
    if (limitedOutput) {
      limited.increment();
    }
  }

  void holdEnded() {
    holds.decrement();
  }

  void estimated() {
    estimated.increment();
  }

  void aboveHold() {
    aboveHold.increment();
  }

  void unpriced() {
    unpriced.increment();
  }

  Refusal refused(Refusal refusal) {
    refused.computeIfAbsent(refusal.type(), type -> new LongAdder()).increment();
    return refusal;
  }

  /** Reservations that are not settled. */
  public long openReservations() {
    return open.sum();
  }

  /** Holds that have not ended. */
  public long openHolds() {
    return holds.sum();
  }

  /** Writes them. */
  public void collect(Sink sink) {
    sink.counter(
        "bifrost_governance_admitted_total", "Requests admitted.", Map.of(), admitted.sum());
    refused.forEach(
        (type, count) ->
            sink.counter(
                "bifrost_governance_refused_total",
                "Requests and attempts refused, by the type of the refusal.",
                Map.of("type", type),
                count.sum()));
    sink.gauge(
        "bifrost_governance_reservations",
        "Reservations that are not settled.",
        Map.of(),
        open.sum());
    sink.gauge("bifrost_governance_holds", "Holds that have not ended.", Map.of(), holds.sum());
    sink.counter(
        "bifrost_governance_limited_outputs_total",
        "Attempts whose output was limited to what a budget had left.",
        Map.of(),
        limited.sum());
    sink.counter(
        "bifrost_governance_estimated_charges_total",
        "Charges estimated because the upstream did not report all of the usage.",
        Map.of(),
        estimated.sum());
    sink.counter(
        "bifrost_governance_charges_above_hold_total",
        "Charges greater than what was held: the upstream broke the limit that it was given.",
        Map.of(),
        aboveHold.sum());
    sink.counter(
        "bifrost_governance_unpriced_attempts_total",
        "Attempts whose model has no price.",
        Map.of(),
        unpriced.sum());
  }
}
