package bifrost.admin.rest.governance;

import bifrost.admin.rest.entity.LimitUsage;
import bifrost.api.governance.LimitState;
import bifrost.api.ledger.Slot;
import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.RateLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * A budget or a rate limit, with its owner.
 *
 * @param id its id
 * @param fields what it says
 */
record LimitRow(String id, Map<String, Object> fields) {
  static LimitRow of(String member, String owner, boolean aligned, Budget budget) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", budget.id());
    fields.put(member, owner);
    fields.put("max_limit", LimitUsage.dollars(budget.limitNanos()));
    fields.put("reset_duration", budget.window().toString());
    fields.put("kind", budget.kind().name().toLowerCase(Locale.ROOT));
    fields.put("calendar_aligned", aligned);
    return new LimitRow(budget.id(), fields);
  }

  static LimitRow of(String member, String owner, boolean aligned, RateLimit limit) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", limit.id());
    fields.put(member, owner);
    fields.put("metric", limit.metric().name().toLowerCase(Locale.ROOT));
    fields.put("max_limit", limit.limit());
    fields.put("reset_duration", limit.window().toString());
    fields.put("calendar_aligned", aligned);
    return new LimitRow(limit.id(), fields);
  }

  /** What a state says, dollars as dollars. */
  static Map<String, Object> explain(LimitState state, boolean money, Instant now) {
    LongFunction<Object> amount = money ? LimitUsage::dollars : Long::valueOf;
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", state.id());
    fields.put("holder", state.holder());
    fields.put("kind", state.kind());
    fields.put("unit", money ? "usd" : state.kind());
    fields.put("limit", amount.apply(state.limit()));
    fields.put("of_which_override", amount.apply(state.override()));
    fields.put("settled", amount.apply(state.settled()));
    fields.put("held", amount.apply(state.held()));
    fields.put("free", amount.apply(Math.max(0, state.limit() - state.settled() - state.held())));
    fields.put("window_start", Instant.ofEpochMilli(state.windowMillis()).toString());
    fields.put("next_reset", Instant.ofEpochMilli(state.resetMillis()).toString());
    fields.put(
        "resets_in_seconds",
        Math.max(0, Duration.between(now, Instant.ofEpochMilli(state.resetMillis())).toSeconds()));
    List<Map<String, Object>> slots = new ArrayList<>();
    for (Slot slot : state.slots()) {
      Map<String, Object> each = new LinkedHashMap<>();
      each.put("node_id", slot.node());
      each.put("epoch", slot.epoch());
      each.put("used", amount.apply(slot.value()));
      slots.add(each);
    }
    fields.put("slots", slots);
    fields.put("refuses", state.refusal().isPresent());
    fields.put("refusal", state.refusal().orElse(null));
    return fields;
  }
}
