package bifrost.governance.routing;

import static bifrost.governance.Fixture.DOLLAR;
import static bifrost.governance.Fixture.budget;
import static bifrost.governance.Fixture.chat;
import static bifrost.governance.Fixture.key;
import static bifrost.governance.Fixture.price;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.governance.AdmissionRequest;
import bifrost.api.governance.RoutePlan;
import bifrost.api.model.Header;
import bifrost.api.model.Usage;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.RoutingRule.Scope;
import bifrost.api.snapshot.Team;
import bifrost.governance.Fixture;
import bifrost.governance.TestSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Routing rules as a request meets them. */
class RoutingTest {
  @Test
  void theNarrowestScopeIsAskedFirstThenTheSmallestPriority() {
    Fixture fixture =
        new Fixture(
            teamKey(),
            new Team("t", "search", Optional.empty(), Limits.NONE),
            rule("global-1", "", Scope.GLOBAL, "", 1),
            rule("global-2", "", Scope.GLOBAL, "", 0),
            rule("team", "model == 'a'", Scope.TEAM, "t", 9),
            rule("other-team", "", Scope.TEAM, "u", 0),
            rule("key", "model == 'b'", Scope.VIRTUAL_KEY, "vk-1", 9),
            rule("customer", "", Scope.CUSTOMER, "c", 0));
    assertEquals("team", route(fixture, "a"));
    assertEquals("key", route(fixture, "b"));
    assertEquals("global-2", route(fixture, "c"));
  }

  @Test
  void aRuleSeesHeadersParametersTeamAndUse() {
    Fixture fixture =
        new Fixture(
            key(budget("b1", DOLLAR)),
            price("m"),
            rule("eu", "params['region'] == 'eu'", Scope.GLOBAL, "", 0),
            rule("tier", "headers['x-tier'] == 'gold'", Scope.GLOBAL, "", 1),
            rule("spent", "budget_used > 50", Scope.GLOBAL, "", 2));
    AdmissionRequest plain = chat("openai/m", 10);
    AdmissionRequest gold =
        new AdmissionRequest(
            plain.requestId(),
            plain.operation(),
            plain.credential(),
            plain.provider(),
            plain.model(),
            plain.inputBytes(),
            plain.maxOutputTokens(),
            1,
            List.of(new Header("X-Tier", "gold")));
    assertEquals("tier", id(fixture.admitted(gold).route(Map.of())));
    assertEquals("eu", id(fixture.admitted(gold).route(Map.of("region", "eu"))));
    assertEquals("", id(fixture.admitted(plain).route(Map.of())));
    fixture.call(chat("openai/m", 600_000), Usage.ofTokens(10, 510_000));
    assertEquals("spent", id(fixture.admitted(plain).route(Map.of())));
  }

  @Test
  void whatCannotBeCompiledOrIsSwitchedOffIsSkipped() {
    RoutingRule off = rule("off", "", Scope.GLOBAL, "", 0);
    Fixture fixture =
        new Fixture(
            key(Limits.NONE),
            rule("broken", "model ===", Scope.GLOBAL, "", 0),
            new RoutingRule(
                off.id(),
                off.name(),
                false,
                "",
                off.targets(),
                List.of(),
                Scope.GLOBAL,
                Optional.empty(),
                0),
            rule("last", "", Scope.GLOBAL, "", 7));
    assertEquals("last", route(fixture, "m"));
  }

  @Test
  void expressionsAreCompiledOnceAndOnlyWhereThereAreAny() {
    AtomicInteger made = new AtomicInteger();
    Expressions expressions = new Expressions();
    java.util.function.Supplier<Expressions> counted =
        () -> {
          made.incrementAndGet();
          return expressions;
        };
    RoutingRule first = rule("1", "model == 'a'", Scope.GLOBAL, "", 0);
    RoutingRule broken = rule("2", "model ===", Scope.GLOBAL, "", 0);
    RoutingRule always = rule("3", "", Scope.GLOBAL, "", 0);
    Rules rules = Rules.NONE.next(new TestSnapshot(1, true, List.of(always)), counted);
    assertEquals(0, made.get());
    assertEquals(1, rules.size());
    rules = rules.next(new TestSnapshot(2, true, List.of(first, broken, always)), counted);
    assertEquals(2, made.get());
    assertEquals(2, rules.size());
    rules = rules.next(new TestSnapshot(3, true, List.of(first, broken)), counted);
    assertEquals(2, made.get());
    assertEquals(1, rules.size());
    assertTrue(rules.next(new TestSnapshot(4, true, List.of()), counted).size() == 0);
  }

  private static String route(Fixture fixture, String model) {
    return id(fixture.admitted(chat(model, 1)).route(Map.of()));
  }

  private static String id(Optional<RoutePlan> plan) {
    return plan.map(RoutePlan::ruleId).orElse("");
  }

  private static bifrost.api.snapshot.VirtualKey teamKey() {
    return key("vk-1", Fixture.SECRET, Limits.NONE, Optional.of("t"), Optional.empty());
  }

  private static RoutingRule rule(
      String id, String expression, Scope scope, String owner, int priority) {
    return new RoutingRule(
        id,
        "rule " + id,
        true,
        expression,
        List.of(
            new RoutingRule.Target(Optional.of("openai"), Optional.empty(), Optional.empty(), 1)),
        List.of(),
        scope,
        owner.isEmpty() ? Optional.empty() : Optional.of(owner),
        priority);
  }
}
