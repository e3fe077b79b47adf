package bifrost.admin.rest.entity;

import bifrost.api.governance.LimitInspector;
import bifrost.api.governance.LimitState;
import bifrost.api.snapshot.Entity;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Adds to an object how far its budgets and rate limits are used, where a governor can tell. */
@Component(service = LimitUsage.class)
public final class LimitUsage {
  /** The members that are added here, which nobody can set. */
  static final Set<String> ADDED =
      Set.of(
          "current_usage",
          "held_usage",
          "last_reset",
          "next_reset",
          "token_current_usage",
          "token_last_reset",
          "token_limit_id",
          "request_current_usage",
          "request_last_reset",
          "request_limit_id");

  private volatile LimitInspector inspector;

  /** Takes the governor's inspector. */
  @Reference(
      name = "inspector",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  public void bindInspector(LimitInspector bound) {
    inspector = bound;
  }

  /** Lets it go. */
  public void unbindInspector(LimitInspector gone) {
    if (inspector == gone) {
      inspector = null;
    }
  }

  /** What knows the use of limits; empty while no governor runs that could tell. */
  public Optional<LimitInspector> inspector() {
    return Optional.ofNullable(inspector);
  }

  /** Adds the use of an entity's limits to its object. */
  void addTo(Map<String, Object> object, Entity entity) {
    LimitInspector bound = inspector;
    if (bound == null) {
      return;
    }
    Map<String, LimitState> states = new HashMap<>();
    for (LimitState state : bound.of(entity)) {
      states.put(state.id(), state);
    }
    if (!states.isEmpty()) {
      owner(object, states, entity.type().label() + ":" + entity.id());
      for (Map<String, Object> grant : objects(object.get("provider_configs"))) {
        owner(grant, states, "provider_config:" + grant.get("id"));
      }
    }
  }

  /** Billionths of a dollar as dollars. */
  public static BigDecimal dollars(long nanos) {
    BigDecimal plain = BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
    return plain.scale() < 0 ? plain.setScale(0) : plain;
  }

  private static void owner(
      Map<String, Object> owner, Map<String, LimitState> states, String label) {
    for (Map<String, Object> budget : objects(owner.get("budgets"))) {
      LimitState state = states.get(String.valueOf(budget.get("id")));
      if (state != null) {
        budget.put("current_usage", dollars(state.settled()));
        budget.put("held_usage", dollars(state.held()));
        budget.put("last_reset", Instant.ofEpochMilli(state.windowMillis()).toString());
        budget.put("next_reset", Instant.ofEpochMilli(state.resetMillis()).toString());
      }
    }
    List<Map<String, Object>> rates =
        owner.get("rate_limit") == null
            ? objects(owner.get("rate_limits"))
            : objects(List.of(owner.get("rate_limit")));
    for (Map<String, Object> rate : rates) {
      rate(rate, "token", states, label);
      rate(rate, "request", states, label);
    }
  }

  private static void rate(
      Map<String, Object> rate, String metric, Map<String, LimitState> states, String label) {
    Object window = rate.get(metric + "_reset_duration");
    LimitState state = states.get("%s:%ss:%s".formatted(label, metric, window));
    if (state != null) {
      rate.put(metric + "_current_usage", state.settled());
      rate.put(metric + "_last_reset", Instant.ofEpochMilli(state.windowMillis()).toString());
      rate.put(metric + "_limit_id", state.id());
    }
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> objects(Object list) {
    return list instanceof List<?> elements
        ? elements.stream()
            .filter(Map.class::isInstance)
            .map(element -> (Map<String, Object>) element)
            .toList()
        : List.of();
  }
}
