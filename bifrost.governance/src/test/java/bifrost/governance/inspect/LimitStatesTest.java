package bifrost.governance.inspect;

import static bifrost.governance.Fixture.DOLLAR;
import static bifrost.governance.Fixture.MONTH;
import static bifrost.governance.Fixture.budget;
import static bifrost.governance.Fixture.chat;
import static bifrost.governance.Fixture.key;
import static bifrost.governance.Fixture.price;
import static bifrost.governance.Fixture.rate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.governance.LimitState;
import bifrost.api.ledger.Slot;
import bifrost.api.model.Usage;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ModelConfig;
import bifrost.api.snapshot.ModelFilter;
import bifrost.api.snapshot.RateLimit.Metric;
import bifrost.api.snapshot.Team;
import bifrost.governance.Fixture;
import bifrost.governance.limit.Books;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LimitStatesTest {
  private static final long DECEMBER = Instant.parse("2026-12-01T00:00:00Z").toEpochMilli();

  @Test
  void aBudgetIsExplainedBySettledHeldLimitNodesResetAndRefusal() {
    Fixture fixture = new Fixture(key(budget("b1", 3_000_000)), price("m"));
    fixture.call(chat("openai/m", 1_000), Usage.ofTokens(200, 100));
    Fixture.held(fixture.admitted(chat("openai/m", 100)), "openai", "m");
    fixture.ledger.merge(List.of(new Slot("budget:b1", MONTH, DECEMBER, "n2", 4, 100_000)));
    LimitState state = states(fixture).budget("b1").orElseThrow();
    assertEquals("virtual key 'web'", state.holder());
    assertEquals("soft", state.kind());
    assertEquals(3_000_000, state.limit());
    assertEquals(400_000, state.settled());
    assertEquals(1_100_000, state.held());
    assertEquals(DECEMBER, state.resetMillis());
    assertEquals(
        List.of("n1 300000", "n2 100000"),
        state.slots().stream().map(slot -> slot.node() + " " + slot.value()).toList());
    assertEquals(Optional.empty(), state.refusal());
    fixture.ledger.merge(List.of(new Slot("budget:b1", MONTH, DECEMBER, "n2", 4, 3_000_000)));
    state = states(fixture).budget("b1").orElseThrow();
    assertEquals(fixture.refused(chat("openai/m", 100)).message(), state.refusal().orElseThrow());
  }

  @Test
  void limitsAreFoundWithEveryOwner() {
    Fixture fixture =
        new Fixture(
            key(
                rate("r-key", Metric.REQUESTS, 5, "1M"),
                Fixture.grant(
                    "openai", 1, ModelFilter.ALL, rate("t-grant", Metric.TOKENS, 5, "1M"))),
            new Team("t", "search", Optional.empty(), budget("b-team", DOLLAR)),
            new Customer("c", "acme", budget("b-customer", DOLLAR)),
            new ModelConfig(
                "mc", "gpt", Optional.of("openai"), Optional.empty(), budget("b-model", DOLLAR)));
    LimitStates states = states(fixture);
    assertEquals("team 'search'", states.budget("b-team").orElseThrow().holder());
    assertEquals("customer 'acme'", states.budget("b-customer").orElseThrow().holder());
    assertEquals(
        "model 'gpt' of provider 'openai'", states.budget("b-model").orElseThrow().holder());
    fixture.call(chat("openai/gpt", 10), Usage.ofTokens(1, 1));
    LimitState requests = states.rateLimit("r-key").orElseThrow();
    assertEquals("requests", requests.kind());
    LimitState tokens = states.rateLimit("t-grant").orElseThrow();
    assertEquals("provider 'openai' of virtual key 'web'", tokens.holder());
    assertEquals("tokens", tokens.kind());
    assertTrue(states.budget("r-key").isEmpty());
    assertTrue(states.rateLimit("b-team").isEmpty());
    assertTrue(states(new Fixture(key(Limits.NONE))).budget("b1").isEmpty());
  }

  private static LimitStates states(Fixture fixture) {
    return new LimitStates(
        new Books(fixture.ledger),
        () -> Instant.ofEpochMilli(fixture.clock.get()),
        fixture::snapshot);
  }
}
