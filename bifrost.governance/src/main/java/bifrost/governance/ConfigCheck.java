package bifrost.governance;

import bifrost.api.model.InvalidConfigException;
import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ModelConfig;
import bifrost.api.snapshot.PriceOverride;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.RateLimit;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.VirtualKey;
import bifrost.governance.price.Price;
import bifrost.governance.routing.Expressions;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/** Refuses configuration that governance could not use, where it is written. */
final class ConfigCheck {
  private final Supplier<Expressions> expressions;

  ConfigCheck(Supplier<Expressions> expressions) {
    this.expressions = expressions;
  }

  void check(Entity entity) {
    switch (entity) {
      case RoutingRule rule -> checkRule(rule);
      case PriceOverride price -> checkPrice(price);
      case VirtualKey key -> {
        checkLimits(key.limits(), "");
        for (int i = 0; i < key.providers().size(); i++) {
          checkLimits(key.providers().get(i).limits(), "provider_configs[" + i + "].");
        }
      }
      case Team team -> checkLimits(team.limits(), "");
      case Customer customer -> checkLimits(customer.limits(), "");
      case ProviderConfig provider -> checkLimits(provider.limits(), "");
      case ModelConfig model -> checkLimits(model.limits(), "");
      default -> {
        // Nothing of it is governance's.
      }
    }
  }

  private void checkRule(RoutingRule rule) {
    if (!rule.expression().isBlank()) {
      try {
        expressions.get().compile(rule.expression());
      } catch (IllegalArgumentException e) {
        throw new InvalidConfigException("cel_expression", "does not compile: " + e.getMessage());
      }
    }
    if (rule.targets().isEmpty()) {
      throw new InvalidConfigException("targets", "is empty, name at least one target");
    }
    for (int i = 0; i < rule.targets().size(); i++) {
      double weight = rule.targets().get(i).weight();
      if (!(weight >= 0) || Double.isInfinite(weight)) {
        throw new InvalidConfigException(
            "targets[" + i + "].weight", "is " + weight + ", use a number of 0 or more");
      }
    }
    if (rule.scope() != RoutingRule.Scope.GLOBAL && rule.scopeId().isEmpty()) {
      throw new InvalidConfigException("scope_id", "is missing, a rule of this scope needs it");
    }
  }

  private static void checkPrice(PriceOverride price) {
    try {
      Price.of(price.prices());
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException("prices", e.getMessage());
    }
  }

  private static void checkLimits(Limits limits, String path) {
    Set<Object> windows = new HashSet<>();
    for (int i = 0; i < limits.budgets().size(); i++) {
      Budget budget = limits.budgets().get(i);
      if (!windows.add(budget.window())) {
        throw new InvalidConfigException(
            path + "budgets[" + i + "].reset_duration",
            "is " + budget.window() + ", which another budget of the same owner has");
      }
    }
    Set<Object> rates = new HashSet<>();
    for (RateLimit rate : limits.rateLimits()) {
      if (!rates.add(rate.metric() + "/" + rate.window())) {
        throw new InvalidConfigException(
            path + "rate_limit", "limits " + rate.metric() + " per " + rate.window() + " twice");
      }
    }
  }
}
