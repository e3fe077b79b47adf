package bifrost.api.governance;

import bifrost.api.snapshot.RoutingRule;
import java.util.List;
import java.util.Objects;

/**
 * Where a routing rule sends a request, in place of what the caller asked for.
 *
 * @param ruleId the rule that matched first
 * @param ruleName its name
 * @param targets where to go, by weight; what a target leaves out stays as the caller wrote it
 * @param fallbacks where to go next, as {@code provider/model}; they replace those of the caller
 *     where there are any
 */
public record RoutePlan(
    String ruleId, String ruleName, List<RoutingRule.Target> targets, List<String> fallbacks) {
  /** Copies the lists; refuses {@code null}. */
  public RoutePlan {
    Objects.requireNonNull(ruleId, "ruleId is null");
    Objects.requireNonNull(ruleName, "ruleName is null");
    targets = List.copyOf(targets);
    fallbacks = List.copyOf(fallbacks);
  }
}
