package bifrost.runtime.snapshot.codec;

import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.LimitOverride;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.RateLimit;
import bifrost.api.snapshot.Window;
import java.util.Optional;

/** Budgets and rate limits. */
final class LimitsCodec {
  private LimitsCodec() {}

  static void write(Content out, Limits limits) {
    if (limits.equals(Limits.NONE)) {
      return;
    }
    Content inner = out.inner();
    inner.putList("budgets", limits.budgets().stream().map(b -> write(out, b)).toList());
    inner.putList("rate_limits", limits.rateLimits().stream().map(r -> write(out, r)).toList());
    if (limits.calendarAligned()) {
      inner.put("calendar_aligned", true);
    }
    out.put("limits", inner.members());
  }

  static Limits read(StoredFields in) {
    return in.object("limits")
        .map(
            limits ->
                new Limits(
                    limits.list("budgets", LimitsCodec::budget),
                    limits.list("rate_limits", LimitsCodec::rateLimit),
                    limits.flag("calendar_aligned")))
        .filter(limits -> !limits.equals(Limits.NONE))
        .orElse(Limits.NONE);
  }

  private static Object write(Content out, Budget budget) {
    Content row =
        out.inner()
            .put("id", budget.id())
            .put("limit_nanos", budget.limitNanos())
            .put("window", budget.window().toString())
            .put("kind", Names.of(budget.kind()))
            .put("anchor", budget.anchorMillis());
    budget
        .override()
        .ifPresent(
            override ->
                row.put("override_nanos", override.amountNanos())
                    .put("override_windows", override.windows())
                    .put("override_from", override.fromMillis()));
    return row.members();
  }

  private static Budget budget(StoredFields in) {
    return new Budget(
        in.required("id"),
        in.whole("limit_nanos", -1),
        in.shared(Window.parse(in.required("window"))),
        Names.constant(Budget.Kind.class, in.required("kind")),
        in.whole("anchor", 0),
        override(in));
  }

  private static Optional<LimitOverride> override(StoredFields in) {
    return in.has("override_nanos")
        ? Optional.of(
            new LimitOverride(
                in.whole("override_nanos", -1),
                in.small("override_windows", 0),
                in.whole("override_from", 0)))
        : Optional.empty();
  }

  private static Object write(Content out, RateLimit limit) {
    return out.inner()
        .put("id", limit.id())
        .put("metric", Names.of(limit.metric()))
        .put("limit", limit.limit())
        .put("window", limit.window().toString())
        .put("anchor", limit.anchorMillis())
        .members();
  }

  private static RateLimit rateLimit(StoredFields in) {
    return new RateLimit(
        in.required("id"),
        Names.constant(RateLimit.Metric.class, in.required("metric")),
        in.whole("limit", -1),
        in.shared(Window.parse(in.required("window"))),
        in.whole("anchor", 0));
  }
}
