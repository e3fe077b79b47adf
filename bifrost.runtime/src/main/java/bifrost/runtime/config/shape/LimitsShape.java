package bifrost.runtime.config.shape;

import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.LimitOverride;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.RateLimit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Budgets and rate limits within their owner. */
final class LimitsShape {
  private LimitsShape() {}

  static void write(Shape out, Limits limits) {
    out.putUnlessEmpty("budgets", limits.budgets().stream().map(LimitsShape::budget).toList());
    List<Map<String, Object>> rates = rates(limits.rateLimits());
    if (rates.size() == 1) {
      out.put("rate_limit", rates.get(0));
    } else {
      out.putUnlessEmpty("rate_limits", rates);
    }
    if (limits.any()) {
      out.put("calendar_aligned", limits.calendarAligned());
    }
  }

  private static Map<String, Object> budget(Budget budget) {
    Shape out = new Shape();
    out.put("id", budget.id()).putDollars("max_limit", budget.limitNanos());
    out.put("reset_duration", budget.window().toString());
    out.put("kind", budget.kind().name().toLowerCase(Locale.ROOT));
    anchor(out, budget.anchorMillis());
    budget.override().ifPresent(override -> override(out, override));
    return out.members();
  }

  private static void override(Shape out, LimitOverride override) {
    out.putDollars("override_amount", override.amountNanos());
    out.put("override_mode", override.windows() == 0 ? "forever" : "cycles");
    if (override.windows() > 0) {
      out.put("override_cycles_total", override.windows());
    }
    out.put("override_anchor_reset", Instant.ofEpochMilli(override.fromMillis()).toString());
  }

  /** One object takes one limit on requests and one on tokens, of one anchor. */
  private static List<Map<String, Object>> rates(List<RateLimit> limits) {
    List<RateLimit> open = new ArrayList<>(limits);
    List<Map<String, Object>> objects = new ArrayList<>();
    while (!open.isEmpty()) {
      RateLimit first = open.remove(0);
      Shape out = new Shape();
      rate(out, first);
      open.stream()
          .filter(other -> other.metric() != first.metric())
          .filter(other -> other.anchorMillis() == first.anchorMillis())
          .findFirst()
          .ifPresent(
              other -> {
                open.remove(other);
                rate(out, other);
              });
      anchor(out, first.anchorMillis());
      objects.add(out.members());
    }
    return objects;
  }

  private static void rate(Shape out, RateLimit limit) {
    String metric = limit.metric() == RateLimit.Metric.TOKENS ? "token" : "request";
    out.put(metric + "_max_limit", limit.limit());
    out.put(metric + "_reset_duration", limit.window().toString());
  }

  private static void anchor(Shape out, long millis) {
    if (millis != 0) {
      out.put("created_at", Instant.ofEpochMilli(millis).toString());
    }
  }
}
