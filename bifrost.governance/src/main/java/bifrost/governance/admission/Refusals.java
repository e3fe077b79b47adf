package bifrost.governance.admission;

import bifrost.api.model.Refusal;
import bifrost.api.snapshot.VirtualKey;
import bifrost.governance.limit.BudgetMeter;
import bifrost.governance.limit.Meter;
import bifrost.governance.limit.RateMeter;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;

/** The words of every refusal: what failed, on which id, the limit and the value, what to do. */
public final class Refusals {
  private Refusals() {}

  static Refusal credentialMissing() {
    return Refusal.of(
        401,
        "virtual_key_required",
        "a virtual key (sk-bf-...) is required: send it as Authorization: Bearer, x-bf-vk,"
            + " x-api-key, x-goog-api-key or api-key");
  }

  static Refusal keyUnknown() {
    return Refusal.of(
        401,
        "virtual_key_not_found",
        "the virtual key is not known here: check it, or create one with"
            + " POST /api/governance/virtual-keys");
  }

  static Refusal inactive(VirtualKey key) {
    return Refusal.of(
        403,
        "access_blocked",
        "virtual key '%s' is inactive: activate it, or use another".formatted(key.name()));
  }

  static Refusal expired(VirtualKey key, Instant at) {
    return Refusal.of(
        403,
        "access_blocked",
        "virtual key '%s' expired at %s: set a later expires_at, or use another"
            .formatted(key.name(), at));
  }

  static Refusal providerBlocked(VirtualKey key, String provider) {
    return Refusal.of(
            403,
            "provider_blocked",
            "provider '%s' is not allowed for virtual key '%s': add it to provider_configs, or use"
                    .formatted(provider, key.name())
                + " another")
        .allowingFallback();
  }

  static Refusal noProvider(VirtualKey key) {
    return Refusal.of(
        403,
        "provider_blocked",
        "no provider is allowed for virtual key '%s': its provider_configs are empty"
            .formatted(key.name()));
  }

  static Refusal modelBlocked(VirtualKey key, String provider, String model) {
    String where = provider.isEmpty() ? "" : " at provider '" + provider + "'";
    return Refusal.of(
            403,
            "model_blocked",
            "model '%s' is not allowed%s for virtual key '%s': add it to allowed_models, or use"
                    .formatted(model, where, key.name())
                + " another")
        .allowingFallback();
  }

  static Refusal keyBlocked(VirtualKey key, String provider) {
    return Refusal.of(
            403,
            "provider_blocked",
            "the chosen key of provider '%s' is not among the key_ids of virtual key '%s'"
                .formatted(provider, key.name()))
        .allowingFallback();
  }

  static Refusal unpriced(Meter.Reading budget, String provider, String model) {
    Refusal refusal =
        Refusal.of(
            402,
            "budget_exceeded",
            ("model '%s' of provider '%s' has no price, and budget '%s' of %s limits its cost: add"
                    + " a pricing override for it, or set unpriced_ceiling_usd")
                .formatted(model, provider, budget.meter().id(), budget.meter().holder().label()));
    return new Refusal(
        refusal.status(),
        refusal.type(),
        "price_unknown",
        refusal.message(),
        refusal.param(),
        refusal.retryAfter(),
        true);
  }

  static Refusal settled() {
    return Refusal.of(503, "overloaded", "the request has ended already: the node is stopping");
  }

  /** What is said of a limit that has no room, by what it limits. */
  public static Refusal exceeded(Meter.Reading reading, long now) {
    return switch (reading.meter()) {
      case BudgetMeter budget -> budgetExceeded(reading, 0);
      case RateMeter rate -> rateExceeded(reading, rate, now);
    };
  }

  /**
   * A budget that has too little left.
   *
   * @param needed the least that an attempt needs; 0 when that is not known
   */
  public static Refusal budgetExceeded(Meter.Reading budget, long needed) {
    String more = needed == 0 ? "" : ", and this request needs " + dollars(needed);
    return Refusal.of(
        402,
        "budget_exceeded",
        ("budget '%s' of %s is exceeded: used %s, held %s for running requests, limit %s%s%s; it"
                + " resets at %s: wait until then, or raise its max_limit")
            .formatted(
                budget.meter().id(),
                budget.meter().holder().label(),
                dollars(budget.counter().total()),
                dollars(budget.counter().held()),
                dollars(budget.limit()),
                share(budget),
                more,
                Instant.ofEpochMilli(budget.period().endMillis())));
  }

  /** What is said of a hard budget of which this node has a part only. */
  private static String share(Meter.Reading budget) {
    return budget.meter() instanceof BudgetMeter meter && meter.share().partial()
        ? " (this node may spend %s of it, the others the rest)"
            .formatted(dollars(meter.share().of(budget.limit())))
        : "";
  }

  private static Refusal rateExceeded(Meter.Reading reading, RateMeter rate, long now) {
    boolean requests = rate.rate().metric() == bifrost.api.snapshot.RateLimit.Metric.REQUESTS;
    Duration wait = Duration.ofMillis(Math.max(1, reading.period().endMillis() - now));
    long seconds = Math.ceilDiv(wait.toMillis(), 1_000);
    return Refusal.of(
            429,
            requests ? "request_limited" : "token_limited",
            "rate limit '%s' of %s is exceeded: %d %s used, %d held for running requests, limit %d per %s; try again in %d s"
                .formatted(
                    rate.id(),
                    rate.holder().label(),
                    reading.counter().total(),
                    requests ? "requests" : "tokens",
                    reading.counter().held(),
                    reading.limit(),
                    rate.window(),
                    seconds))
        .retryAfter(wait);
  }

  /** An amount in US dollars, exact, with at least two decimals. */
  public static String dollars(long nanos) {
    BigDecimal dollars = BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
    return "$" + (dollars.scale() < 2 ? dollars.setScale(2) : dollars).toPlainString();
  }
}
