package bifrost.governance.admission;

import static bifrost.governance.Fixture.DOLLAR;
import static bifrost.governance.Fixture.attempt;
import static bifrost.governance.Fixture.budget;
import static bifrost.governance.Fixture.chat;
import static bifrost.governance.Fixture.grant;
import static bifrost.governance.Fixture.key;
import static bifrost.governance.Fixture.price;
import static bifrost.governance.Fixture.rate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.governance.Attempt;
import bifrost.api.governance.AttemptAdmission;
import bifrost.api.governance.Reservation;
import bifrost.api.model.Refusal;
import bifrost.api.model.Secret;
import bifrost.api.model.Usage;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ModelConfig;
import bifrost.api.snapshot.ModelFilter;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.RateLimit.Metric;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.VirtualKey;
import bifrost.governance.Fixture;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each row of the refusal table: status, type, message, headers. */
class RefusalsTest {
  @Test
  void aMissingCredentialIsRefusedOnlyWhereOneIsRequired() {
    Fixture fixture = new Fixture(key(Limits.NONE));
    expect(
        fixture.refused(chat(Optional.empty(), "openai/gpt-4o", 10, 0)),
        401,
        "virtual_key_required",
        "x-bf-vk");
    fixture.enforceAuth = false;
    fixture.publish(key(Limits.NONE));
    fixture.admitted(chat(Optional.empty(), "openai/gpt-4o", 10, 0));
  }

  @Test
  void anUnknownKeyIsRefusedAndNotNamed() {
    Fixture fixture = new Fixture(key(Limits.NONE));
    Refusal refusal =
        fixture.refused(chat(Optional.of(Secret.of("sk-bf-unknown")), "gpt-4o", 10, 0));
    expect(refusal, 401, "virtual_key_not_found", "not known");
    assertFalse(refusal.message().contains("sk-bf"));
    fixture.enforceAuth = false;
    fixture.publish(key(Limits.NONE));
    expect(
        fixture.refused(chat(Optional.of(Secret.of("sk-bf-unknown")), "gpt-4o", 10, 0)),
        401,
        "virtual_key_not_found",
        "not known");
    fixture.admitted(chat(Optional.of(Secret.of("some-other-credential")), "gpt-4o", 10, 0));
  }

  @Test
  void inactiveIsReportedBeforeExpired() {
    VirtualKey blocked = state(false, Optional.of(Instant.ofEpochMilli(Fixture.NOW - 1)));
    expect(new Fixture(blocked).refused(chat("gpt-4o", 0)), 403, "access_blocked", "inactive");
    VirtualKey expired = state(true, Optional.of(Instant.ofEpochMilli(Fixture.NOW)));
    expect(
        new Fixture(expired).refused(chat("gpt-4o", 0)),
        403,
        "access_blocked",
        "expired at 2026-11-10T12:00:00Z");
    VirtualKey valid = state(true, Optional.of(Instant.ofEpochMilli(Fixture.NOW + 1)));
    Fixture fixture = new Fixture(valid);
    fixture.admitted(chat("gpt-4o", 0));
    fixture.clock.addAndGet(1);
    expect(fixture.refused(chat("gpt-4o", 0)), 403, "access_blocked", "expired");
  }

  @Test
  void providersAndModelsThatAreNotGrantedAreBlocked() {
    ModelFilter models = ModelFilter.of(List.of("gpt-4o", "regex:o[0-9].*"), List.of("o1"));
    Fixture fixture = new Fixture(key(Limits.NONE, grant("openai", 1, models, Limits.NONE)));
    expect(
        fixture.refused(chat("anthropic/claude", 0)),
        403,
        "provider_blocked",
        "provider 'anthropic' is not allowed for virtual key 'web'");
    expect(
        fixture.refused(chat("openai/gpt-4", 0)),
        403,
        "model_blocked",
        "model 'gpt-4' is not allowed at provider 'openai'");
    expect(fixture.refused(chat("o1", 0)), 403, "model_blocked", "model 'o1' is not allowed");
    Reservation reservation = fixture.admitted(chat("O3-mini", 0));
    assertTrue(reservation.entitlement().allows("openai", "gpt-4o"));
    assertFalse(reservation.entitlement().allows("openai", "o1"));
    assertFalse(reservation.entitlement().allows("azure", "gpt-4o"));
    Refusal refusal = refusal(attempt(reservation, "azure", "gpt-4o"));
    expect(refusal, 403, "provider_blocked", "azure");
    assertTrue(refusal.fallback());
    expect(refusal(attempt(reservation, "openai", "o1")), 403, "model_blocked", "o1");
  }

  @Test
  void aKeyWithoutProvidersMayUseNothingAndOneForAllMayUseAll() {
    VirtualKey nothing =
        new VirtualKey(
            "vk-1",
            "web",
            "",
            KeyHash.of(Fixture.SECRET),
            true,
            List.of(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Limits.NONE,
            Optional.empty());
    expect(
        new Fixture(nothing).refused(chat("gpt-4o", 0)),
        403,
        "provider_blocked",
        "provider_configs are empty");
    Reservation all = new Fixture(key(Limits.NONE)).admitted(chat("gpt-4o", 0));
    assertTrue(all.entitlement().allows("anything", "whatever"));
    assertTrue(all.entitlement().allowsKey("anything", "k"));
  }

  @Test
  void aProviderKeyThatIsNotGrantedIsBlocked() {
    VirtualKey.ProviderGrant grant =
        new VirtualKey.ProviderGrant(
            "g", "openai", Optional.empty(), ModelFilter.ALL, List.of("k1"), Limits.NONE);
    Reservation reservation =
        new Fixture(key(Limits.NONE, grant)).admitted(chat("openai/gpt-4o", 0));
    assertTrue(reservation.entitlement().allowsKey("openai", "k1"));
    assertFalse(reservation.entitlement().allowsKey("openai", "k2"));
    Attempt other = new Attempt("openai", "gpt-4o", "gpt-4o", "k2", 0);
    expect(refusal(reservation.attempt(other)), 403, "provider_blocked", "key_ids");
  }

  @Test
  void requestRatesAreRefusedWithTheTimeToWait() {
    Fixture fixture = new Fixture(key(rate("r1", Metric.REQUESTS, 2, "1m")), price("m"));
    fixture.clock.set(Fixture.MONTH + 60_000 + 12_345);
    for (int i = 0; i < 2; i++) {
      assertTrue(fixture.call(chat("openai/m", 10), Usage.ofTokens(1, 1)).isEmpty());
    }
    Refusal refusal = fixture.refused(chat("openai/m", 10));
    expect(
        refusal,
        429,
        "request_limited",
        "rate limit 'r1' of virtual key 'web' is exceeded: 2 requests used, 0 held for running"
            + " requests, limit 2 per 1m; try again in 48 s");
    assertEquals(Optional.of(Duration.ofMillis(47_655)), refusal.retryAfter());
    fixture.clock.addAndGet(47_655);
    assertTrue(fixture.call(chat("openai/m", 10), Usage.ofTokens(1, 1)).isEmpty());
  }

  @Test
  void tokenRatesAreRefusedWhenNothingIsLeft() {
    Fixture fixture = new Fixture(key(rate("t1", Metric.TOKENS, 50, "1m")), price("m"));
    assertTrue(fixture.call(chat("openai/m", 10), Usage.ofTokens(20, 10)).isEmpty());
    assertTrue(fixture.call(chat("openai/m", 10), Usage.ofTokens(20, 10)).isEmpty());
    Refusal refusal = fixture.refused(chat("openai/m", 10));
    expect(refusal, 429, "token_limited", "60 tokens used, 0 held for running requests, limit 50");
    assertTrue(refusal.retryAfter().isPresent());
  }

  @Test
  void aBudgetIsRefusedWithHolderUsedHeldLimitAndReset() {
    Fixture fixture = new Fixture(key(budget("b1", 3 * DOLLAR / 1_000)), price("m"));
    assertTrue(fixture.call(chat("openai/m", 1_000), Usage.ofTokens(1_000, 1_000)).isEmpty());
    Refusal refusal = fixture.call(chat("openai/m", 1_000), Usage.NONE).orElseThrow();
    expect(
        refusal,
        402,
        "budget_exceeded",
        "budget 'b1' of virtual key 'web' is exceeded: used $0.002, held $0.00 for running"
            + " requests, limit $0.003, and this request needs $0.002; it resets at"
            + " 2026-12-01T00:00:00Z");
    assertFalse(refusal.fallback());
    assertTrue(refusal.retryAfter().isEmpty());
  }

  @Test
  void theHolderIsTheOwnerOfTheLimitWhereverItStands() {
    Limits none = budget("b0", 0);
    VirtualKey teamed =
        key(
            "vk-1",
            Fixture.SECRET,
            Limits.NONE,
            Optional.of("t"),
            Optional.empty(),
            grant("openai", 1, ModelFilter.ALL, Limits.NONE));
    expectHolder(
        new Fixture(teamed, new Team("t", "search", Optional.empty(), none)), "team 'search'");
    expectHolder(
        new Fixture(
            teamed,
            new Team("t", "search", Optional.of("c"), Limits.NONE),
            new Customer("c", "acme", none)),
        "customer 'acme'");
    expectHolder(
        new Fixture(key(none, grant("openai", 1, ModelFilter.ALL, Limits.NONE))),
        "virtual key 'web'");
    expectHolder(
        new Fixture(key(Limits.NONE, grant("openai", 1, ModelFilter.ALL, none))),
        "provider 'openai' of virtual key 'web'");
    ProviderConfig usual = ProviderConfig.named("openai");
    ProviderConfig limited =
        new ProviderConfig(
            "openai",
            Optional.empty(),
            usual.network(),
            0,
            usual.backoffInitial(),
            usual.backoffMax(),
            1,
            1,
            none);
    expectHolder(new Fixture(key(Limits.NONE), limited), "provider 'openai'");
    for (Optional<String> provider : List.of(Optional.<String>empty(), Optional.of("openai"))) {
      expectHolder(
          new Fixture(
              key(Limits.NONE), new ModelConfig("mc", "gpt-4o", provider, Optional.empty(), none)),
          "model 'gpt-4o'");
      expectHolder(
          new Fixture(
              key(Limits.NONE), new ModelConfig("mc", "*", provider, Optional.of("vk-1"), none)),
          "all models");
    }
    assertTrue(
        new Fixture(
                key(Limits.NONE),
                new ModelConfig("mc", "*", Optional.empty(), Optional.of("vk-2"), none),
                new ModelConfig("m2", "gpt-4", Optional.empty(), Optional.empty(), none),
                new ModelConfig("m3", "gpt-4o", Optional.of("azure"), Optional.empty(), none))
            .call(chat("openai/gpt-4o", 10), Usage.ofTokens(1, 1))
            .isEmpty());
  }

  @Test
  void aModelWithoutPriceIsRefusedOnABudgetOrHeldAtTheCeilingOfTheConfiguration() {
    Fixture strict = new Fixture(key(budget("b1", DOLLAR)));
    Refusal refusal = strict.call(chat("openai/unheard-of", 10), Usage.NONE).orElseThrow();
    expect(refusal, 402, "budget_exceeded", "model 'unheard-of' of provider 'openai' has no price");
    assertEquals("price_unknown", refusal.code());
    assertTrue(refusal.fallback());
    Fixture lenient = new Fixture(DOLLAR / 4, key(budget("b1", DOLLAR)));
    for (int i = 0; i < 4; i++) {
      assertTrue(
          lenient.call(chat("openai/unheard-of", 10), Usage.ofTokens(1, 1)).isEmpty(), "" + i);
    }
    assertEquals(DOLLAR, lenient.settled("b1"));
    expect(lenient.refused(chat("openai/unheard-of", 10)), 402, "budget_exceeded", "limit $1.00");
    Fixture unlimited = new Fixture(key(Limits.NONE));
    assertTrue(unlimited.call(chat("openai/unheard-of", 10), Usage.ofTokens(1, 1)).isEmpty());
  }

  private static void expectHolder(Fixture fixture, String holder) {
    Refusal refusal = fixture.call(chat("openai/gpt-4o", 10), Usage.ofTokens(1, 1)).orElseThrow();
    expect(refusal, 402, "budget_exceeded", "budget 'b0' of " + holder);
  }

  private static VirtualKey state(boolean active, Optional<Instant> expiry) {
    return new VirtualKey(
        "vk-1",
        "web",
        "",
        KeyHash.of(Fixture.SECRET),
        active,
        List.of(),
        true,
        Optional.empty(),
        Optional.empty(),
        expiry,
        Limits.NONE,
        Optional.empty());
  }

  private static Refusal refusal(AttemptAdmission answer) {
    return ((AttemptAdmission.Refused) answer).refusal();
  }

  private static void expect(Refusal refusal, int status, String type, String message) {
    assertEquals(status, refusal.status(), refusal.message());
    assertEquals(type, refusal.type());
    assertTrue(refusal.message().contains(message), refusal.message());
  }
}
