package bifrost.governance.admission;

import static bifrost.governance.Fixture.DOLLAR;
import static bifrost.governance.Fixture.budget;
import static bifrost.governance.Fixture.chat;
import static bifrost.governance.Fixture.held;
import static bifrost.governance.Fixture.key;
import static bifrost.governance.Fixture.price;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.governance.AdmissionRequest;
import bifrost.api.governance.AttemptAdmission;
import bifrost.api.governance.Reservation;
import bifrost.api.governance.Settlement;
import bifrost.api.governance.Settlement.Exit;
import bifrost.api.model.Usage;
import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.LimitOverride;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ModelFilter;
import bifrost.api.snapshot.RateLimit;
import bifrost.api.snapshot.RateLimit.Metric;
import bifrost.api.snapshot.Window;
import bifrost.governance.Fixture;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReservationTest {
  private static final Settlement DONE = new Settlement(Exit.SUCCESS, 0);

  @Test
  void theWholeCeilingIsHeldAndTheRealUsageSettled() {
    Fixture fixture = new Fixture(key(budget("b1", DOLLAR)), price("m"));
    Reservation reservation = fixture.admitted(chat("openai/m", 2_000));
    AttemptAdmission.Held held = held(reservation, "openai", "m");
    assertEquals(OptionalLong.empty(), held.maxOutputTokens());
    assertEquals((1_000 + 2_000) * 1_000, fixture.held("b1"));
    assertEquals(350_000, held.hold().charge(Usage.ofTokens(250, 100), true));
    assertEquals(0, held.hold().charge(Usage.ofTokens(250, 100), true), "a second call");
    held.hold().release();
    reservation.settle(DONE);
    reservation.settle(DONE);
    assertEquals(0, fixture.held("b1"));
    assertEquals(350_000, fixture.settled("b1"));
    assertEquals("vk-1", reservation.charged().virtualKeyId());
  }

  @Test
  void theOutputIsLimitedToWhatTheBudgetPaysFor() {
    Fixture fixture = new Fixture(key(budget("b1", 3_000_000)), price("m"));
    AttemptAdmission.Held held = held(fixture.admitted(chat("openai/m", 5_000)), "openai", "m");
    assertEquals(OptionalLong.of(1_024), held.maxOutputTokens(), "the first expectation");
    assertEquals(2_024_000, fixture.held("b1"));
    held.hold().charge(Usage.ofTokens(250, 100), true);
    held = held(fixture.admitted(chat("openai/m", 5_000)), "openai", "m");
    assertEquals(OptionalLong.of(325), held.maxOutputTokens(), "half of what is free");
    AttemptAdmission.Held other = held(fixture.admitted(chat("openai/m", 5_000)), "openai", "m");
    assertEquals(OptionalLong.of(100), other.maxOutputTokens(), "what is expected");
    other.hold().release();
    held.hold().charge(Usage.ofTokens(900, 325), true);
    held = held(fixture.admitted(chat("openai/m", 5_000)), "openai", "m");
    held.hold().charge(Usage.ofTokens(1_000, 170), true);
    assertEquals(402, fixture.call(chat("openai/m", 5_000), Usage.NONE).orElseThrow().status());
    assertTrue(fixture.settled("b1") <= 3_000_000);
  }

  @Test
  void theOnlyAttemptOfAnUnknownCallerMayHaveAllThatIsLeft() {
    Fixture fixture = new Fixture(key(budget("b1", 1_100_000)), price("m"));
    Reservation reservation = fixture.admitted(chat("openai/m", 5_000));
    AttemptAdmission.Held held = held(reservation, "openai", "m");
    assertEquals(OptionalLong.of(100), held.maxOutputTokens());
    assertEquals(402, fixture.refused(chat("openai/m", 5_000)).status(), "all is held");
    held.hold().charge(Usage.ofTokens(10, 10), true);
    assertTrue(fixture.call(chat("openai/m", 5_000), Usage.ofTokens(10, 10)).isEmpty());
  }

  @Test
  void anOutputWithoutAnyKnownLimitIsLimitedToWhatIsHeld() {
    Fixture fixture = new Fixture(key(budget("b1", 10 * DOLLAR)), price("m"));
    AttemptAdmission.Held held = held(fixture.admitted(chat("openai/m", 0)), "openai", "m");
    assertEquals(OptionalLong.of(Ceiling.ASSUMED_OUTPUT_TOKENS), held.maxOutputTokens());
    held.hold().release();
    AttemptAdmission.Held known =
        held(fixture.admitted(chat("openai/gpt-4o", 0)), "openai", "gpt-4o");
    assertEquals(OptionalLong.empty(), known.maxOutputTokens());
    assertEquals(1_000L * 2_500 + 16_384L * 10_000, fixture.held("b1"));
  }

  @Test
  void whatIsReleasedIsFreeAgainAndEveryAttemptHoldsOfItsOwn() {
    Fixture fixture = new Fixture(key(budget("b1", DOLLAR)), price("m"));
    Reservation reservation = fixture.admitted(chat("openai/m", 1_000));
    AttemptAdmission.Held first = held(reservation, "openai", "m");
    AttemptAdmission.Held second = held(reservation, "azure", "m");
    assertEquals(4_000_000, fixture.held("b1"));
    first.hold().release();
    assertEquals(2_000_000, fixture.held("b1"));
    second.hold().charge(Usage.ofTokens(10, 10), true);
    reservation.settle(DONE);
    assertEquals(20_000, fixture.settled("b1"));
    assertEquals(0, fixture.held("b1"));
  }

  @Test
  void aCutAttemptIsChargedForWhatWasSeenAndNeverMoreThanItHeld() {
    Fixture fixture = new Fixture(key(budget("b1", DOLLAR)), price("m"));
    Reservation reservation = fixture.admitted(chat("openai/m", 1_000));
    long cost = held(reservation, "openai", "m").hold().charge(Usage.ofTokens(0, 40), false);
    assertEquals((250 + 40) * 1_000, cost, "a prompt of 1,000 bytes is expected to be 250 tokens");
    cost = held(reservation, "openai", "m").hold().charge(Usage.ofTokens(300, 40), false);
    assertEquals((300 + 40) * 1_000, cost);
    cost = held(reservation, "openai", "m").hold().charge(Usage.ofTokens(90_000, 90_000), false);
    assertEquals(2_000_000, cost);
    reservation.settle(DONE);
    assertEquals(0, fixture.held("b1"));
  }

  @Test
  void anAnswerWithoutUsageIsChargedForWhatIsExpected() {
    Fixture fixture = new Fixture(key(budget("b1", DOLLAR)), price("m"));
    fixture.call(chat("openai/m", 1_000), Usage.ofTokens(500, 100));
    Reservation reservation = fixture.admitted(chat("openai/m", 1_000));
    assertEquals(600_000, held(reservation, "openai", "m").hold().charge(Usage.NONE, true));
    reservation.settle(DONE);
  }

  @Test
  void settlingEndsHoldsThatAreLeftOpenAndNoAttemptFollows() {
    Fixture fixture = new Fixture(key(budget("b1", DOLLAR)), price("m"));
    Reservation reservation = fixture.admitted(chat("openai/m", 1_000));
    held(reservation, "openai", "m");
    reservation.settle(new Settlement(Exit.SHUTDOWN, 0));
    assertEquals(0, fixture.held("b1"));
    assertEquals(250_000, fixture.settled("b1"), "the prompt may have been billed");
    AttemptAdmission.Refused refused =
        assertInstanceOf(
            AttemptAdmission.Refused.class, Fixture.attempt(reservation, "openai", "m"));
    assertEquals(503, refused.refusal().status());
    assertEquals(0, fixture.held("b1"));
  }

  @Test
  void requestsAreCountedWithTheirFirstAttemptAndGivenBackWithoutOne() {
    Limits limits =
        new Limits(
            List.of(),
            List.of(new RateLimit("r1", Metric.REQUESTS, 2, Window.parse("1M"), Fixture.MONTH)),
            false);
    Fixture fixture = new Fixture(key(limits));
    Reservation none = fixture.admitted(chat("openai/m", 1));
    Reservation two = fixture.admitted(chat("openai/m", 1));
    assertEquals(429, fixture.refused(chat("openai/m", 1)).status());
    none.settle(new Settlement(Exit.REFUSED, 0));
    held(two, "openai", "m").hold().release();
    held(two, "openai", "m").hold().release();
    two.settle(new Settlement(Exit.FAILED, 0));
    assertEquals(1, fixture.ledger.total("rate:r1", Fixture.MONTH));
    fixture.admitted(chat("openai/m", 1));
    assertEquals(429, fixture.refused(chat("openai/m", 1)).status());
  }

  @Test
  void aLimitOfOneProviderLetsAnotherBeTried() {
    Fixture fixture =
        new Fixture(
            key(
                Limits.NONE,
                Fixture.grant(
                    "openai", 2, ModelFilter.ALL, Fixture.rate("r1", Metric.REQUESTS, 1, "1M")),
                Fixture.grant("azure", 1, ModelFilter.ALL, Limits.NONE)));
    Reservation reservation = fixture.admitted(chat("m", 1));
    assertEquals(2, reservation.entitlement().shares("m").orElseThrow().size());
    held(reservation, "openai", "m").hold().release();
    AttemptAdmission.Refused refused =
        assertInstanceOf(
            AttemptAdmission.Refused.class, Fixture.attempt(reservation, "openai", "m"));
    assertTrue(refused.refusal().fallback());
    held(reservation, "azure", "m").hold().charge(Usage.ofTokens(1, 1), true);
    reservation.settle(DONE);
    var shares = fixture.admitted(chat("m", 1)).entitlement().shares("m").orElseThrow();
    assertEquals(List.of("azure"), shares.stream().map(share -> share.provider()).toList());
  }

  @Test
  void aBareModelGoesToTheGrantsThatAreKnownToServeIt() {
    ModelFilter named = ModelFilter.of(List.of("gpt-4o"), List.of());
    Fixture fixture =
        new Fixture(
            key(
                Limits.NONE,
                Fixture.grant("openai", 3, ModelFilter.ALL, Limits.NONE),
                Fixture.grant("anthropic", 2, ModelFilter.ALL, Limits.NONE),
                Fixture.grant("ours", 1, named, Limits.NONE)));
    var entitlement = fixture.admitted(chat("gpt-4o", 1)).entitlement();
    assertEquals(
        List.of("openai 3.0", "ours 1.0"),
        entitlement.shares("gpt-4o").orElseThrow().stream()
            .map(share -> share.provider() + " " + share.weight())
            .toList());
    assertEquals(2, entitlement.shares("unheard-of").orElseThrow().size(), "nobody is known");
    assertEquals(
        Optional.empty(),
        new Fixture(key(Limits.NONE)).admitted(chat("m", 1)).entitlement().shares("m"));
  }

  @Test
  void hostileSizesNeitherOverflowNorLeaveAnythingHeld() {
    Fixture fixture = new Fixture(key(budget("b1", Long.MAX_VALUE)), price("m"));
    for (long bytes : new long[] {-1, 0, 1L << 40, Long.MAX_VALUE}) {
      for (long tokens : new long[] {1, Long.MAX_VALUE}) {
        for (int choices : new int[] {-1, 0, 1, Integer.MAX_VALUE}) {
          AdmissionRequest plain = chat("openai/m", tokens);
          Reservation reservation =
              fixture.admitted(
                  new AdmissionRequest(
                      "r",
                      plain.operation(),
                      plain.credential(),
                      plain.provider(),
                      plain.model(),
                      bytes,
                      plain.maxOutputTokens(),
                      choices,
                      List.of()));
          if (Fixture.attempt(reservation, "openai", "m") instanceof AttemptAdmission.Held held) {
            assertTrue(held.hold().charge(Usage.NONE, false) >= 0);
          }
          reservation.settle(DONE);
          assertEquals(0, fixture.held("b1"));
        }
      }
    }
  }

  @Test
  void theNextWindowStartsAnewAndWhatWasHeldIsSettledInItsOwn() {
    Fixture fixture = new Fixture(key(budget("b1", 3_000_000)), price("m"));
    Reservation late = fixture.admitted(chat("openai/m", 1_000));
    AttemptAdmission.Held hold = held(late, "openai", "m");
    long december = Instant.parse("2026-12-01T00:00:00Z").toEpochMilli();
    fixture.clock.set(december);
    assertTrue(fixture.call(chat("openai/m", 1_000), Usage.ofTokens(1_000, 1_000)).isEmpty());
    hold.hold().charge(Usage.ofTokens(1, 1), true);
    late.settle(DONE);
    assertEquals(2_000, fixture.settled("b1"));
    assertEquals(2_000_000, fixture.ledger.total("budget:b1", december));
    fixture.clock.set(Fixture.NOW);
    assertTrue(
        fixture.call(chat("openai/m", 1_000), Usage.ofTokens(1_000, 1_000)).isEmpty(),
        "the clock stepped back into the window that was left");
    assertEquals(2_002_000, fixture.settled("b1"));
  }

  @Test
  void anOverrideRaisesTheLimitForItsWindowsOrUntilItIsRemoved() {
    for (int windows : new int[] {0, 1, 2}) {
      Budget budget =
          new Budget(
              "b1",
              0,
              Window.parse("1M"),
              Budget.Kind.SOFT,
              Fixture.MONTH,
              Optional.of(new LimitOverride(DOLLAR, windows, Fixture.NOW)));
      Fixture fixture = new Fixture(key(new Limits(List.of(budget), List.of(), false)), price("m"));
      fixture.clock.set(Fixture.MONTH - 1);
      assertEquals(402, fixture.refused(chat("openai/m", 1)).status(), "before it");
      fixture.clock.set(Fixture.NOW);
      assertTrue(fixture.call(chat("openai/m", 1), Usage.ofTokens(1, 1)).isEmpty());
      for (int month = 1; month < 4; month++) {
        fixture.clock.set(Instant.parse("2027-0%d-01T00:00:00Z".formatted(month)).toEpochMilli());
        boolean served = fixture.call(chat("openai/m", 1), Usage.ofTokens(1, 1)).isEmpty();
        // January is the third window: November, December, January.
        assertEquals(windows == 0 || month + 1 < windows, served, windows + " in month " + month);
      }
    }
  }

  @Test
  void whatIsSettledReachesTheJournalBeforeTheRequestEnds() {
    Fixture fixture = new Fixture(key(budget("b1", DOLLAR)), price("m"));
    fixture.call(chat("openai/m", 1_000), Usage.ofTokens(250, 100));
    fixture.call(chat("openai/m", 1_000), Usage.ofTokens(250, 100));
    assertEquals(
        List.of(350_000L, 700_000L),
        fixture.journal.stream().map(record -> record.values().getFirst().value()).toList());
  }

  @Test
  void tenThousandRandomEndingsLeaveNothingHeldAndSettleTheTruth() {
    long seed = Long.getLong("bifrost.seed", System.nanoTime());
    Random random = new Random(seed);
    Fixture fixture =
        new Fixture(
            key(
                new Limits(
                    List.of(Fixture.monthly("b1", 1_000 * DOLLAR, Budget.Kind.HARD)),
                    List.of(
                        new RateLimit(
                            "t1", Metric.TOKENS, 1L << 40, Window.parse("1M"), Fixture.MONTH),
                        new RateLimit(
                            "r1", Metric.REQUESTS, 1L << 40, Window.parse("1M"), Fixture.MONTH)),
                    false)),
            price("m"));
    AtomicLong truth = new AtomicLong();
    long requests = 0;
    for (int i = 0; i < 10_000; i++) {
      int most = 1 + random.nextInt(3_000);
      Reservation reservation = fixture.admitted(chat("openai/m", most));
      int attempts = random.nextInt(4);
      requests += attempts > 0 ? 1 : 0;
      long cost = 0;
      for (int attempt = 0; attempt < attempts; attempt++) {
        AttemptAdmission.Held held = held(reservation, "openai", "m");
        Usage usage = Usage.ofTokens(1 + random.nextInt(1_000), random.nextInt(most + 1));
        for (int end = random.nextInt(3); end >= 0; end--) {
          switch (random.nextInt(4)) {
            case 0 -> held.hold().release();
            case 1 -> cost += held.hold().charge(usage, true);
            case 2 -> cost += held.hold().charge(usage, false);
            default -> {
              // Left open: the reservation ends it.
            }
          }
        }
      }
      long before = fixture.settled("b1");
      Exit exit = Exit.values()[random.nextInt(Exit.values().length)];
      for (int end = random.nextInt(3); end >= 0; end--) {
        reservation.settle(new Settlement(exit, cost));
      }
      truth.addAndGet(cost + fixture.settled("b1") - before);
      assertEquals(0, fixture.held("b1"), "seed " + seed + ", request " + i);
    }
    String told = "seed " + seed;
    assertEquals(truth.get(), fixture.settled("b1"), told);
    assertEquals(requests, fixture.ledger.total("rate:r1", Fixture.MONTH), told);
    assertEquals(
        fixture.settled("b1") / 1_000, fixture.ledger.total("rate:t1", Fixture.MONTH), told);
    for (String id : List.of("rate:r1", "rate:t1")) {
      assertEquals(0, fixture.ledger.open(id, Fixture.MONTH, Fixture.MONTH + 1).held(), told);
    }
    assertEquals(0, fixture.admissions.counts().openReservations(), told);
    assertEquals(0, fixture.admissions.counts().openHolds(), told);
  }
}
