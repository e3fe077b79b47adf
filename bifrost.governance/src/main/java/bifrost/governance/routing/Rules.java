package bifrost.governance.routing;

import bifrost.api.governance.RoutePlan;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routing rules of a snapshot, compiled; immutable.
 *
 * <p>Rules of a narrower scope are tried first, within a scope by rising priority; the first one
 * that matches decides. A rule that cannot be compiled is skipped: it was refused where it was
 * written, so it comes from a store of another version.
 */
public final class Rules {
  /** No rule. */
  public static final Rules NONE = new Rules(List.of(), Map.of());

  private static final Logger LOG = LoggerFactory.getLogger(Rules.class);

  private final List<Compiled> rules;
  private final Map<String, Optional<Expressions.Expression>> byText;

  private Rules(List<Compiled> rules, Map<String, Optional<Expressions.Expression>> byText) {
    this.rules = List.copyOf(rules);
    this.byText = Map.copyOf(byText);
  }

  /**
   * The rules of a snapshot. Expressions that these rules have already are not compiled again.
   *
   * @param snapshot the snapshot
   * @param expressions compiles the others; asked for only when there are any
   */
  public Rules next(Snapshot snapshot, Supplier<Expressions> expressions) {
    List<Compiled> next = new ArrayList<>();
    Map<String, Optional<Expressions.Expression>> texts = new HashMap<>();
    for (RoutingRule rule : snapshot.routingRules()) {
      if (!rule.enabled() || rule.targets().isEmpty()) {
        continue;
      }
      if (rule.expression().isBlank()) {
        next.add(new Compiled(rule, Optional.empty()));
        continue;
      }
      Optional<Expressions.Expression> expression = byText.get(rule.expression());
      if (expression == null) {
        expression = compile(rule, expressions);
      }
      texts.put(rule.expression(), expression);
      expression.ifPresent(known -> next.add(new Compiled(rule, Optional.of(known))));
    }
    next.sort(
        Comparator.comparing((Compiled compiled) -> compiled.rule().scope())
            .thenComparing(compiled -> compiled.rule().priority()));
    return next.isEmpty() && texts.isEmpty() ? NONE : new Rules(next, texts);
  }

  /** What the first rule says that matches. */
  public Optional<RoutePlan> route(Facts facts) {
    for (Compiled compiled : rules) {
      if (compiled.isFor(facts) && compiled.matches(facts)) {
        RoutingRule rule = compiled.rule();
        return Optional.of(new RoutePlan(rule.id(), rule.name(), rule.targets(), rule.fallbacks()));
      }
    }
    return Optional.empty();
  }

  /** How many rules there are. */
  public int size() {
    return rules.size();
  }

  private static Optional<Expressions.Expression> compile(
      RoutingRule rule, Supplier<Expressions> expressions) {
    try {
      return Optional.of(expressions.get().compile(rule.expression()));
    } catch (IllegalArgumentException e) {
      LOG.warn("routing rule {} ({}): skipped, {}", rule.id(), rule.name(), e.getMessage());
      return Optional.empty();
    }
  }

  private record Compiled(RoutingRule rule, Optional<Expressions.Expression> expression) {
    boolean isFor(Facts facts) {
      String owner =
          switch (rule.scope()) {
            case VIRTUAL_KEY -> facts.virtualKeyId();
            case TEAM -> facts.teamId();
            case CUSTOMER -> facts.customerId();
            case GLOBAL -> null;
          };
      return owner == null
          || !owner.isEmpty() && rule.scopeId().isPresent() && rule.scopeId().get().equals(owner);
    }

    boolean matches(Facts facts) {
      return expression.isEmpty() || expression.get().matches(facts);
    }
  }
}
