package bifrost.governance.admission;

import static bifrost.governance.Fixture.chat;
import static bifrost.governance.Fixture.key;
import static bifrost.governance.Fixture.price;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.governance.AdmissionRequest;
import bifrost.api.governance.AttemptAdmission;
import bifrost.api.governance.Reservation;
import bifrost.api.governance.Settlement;
import bifrost.api.model.Refusal;
import bifrost.api.model.Usage;
import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.RateLimit;
import bifrost.api.snapshot.Window;
import bifrost.governance.Fixture;
import bifrost.governance.window.Period;
import bifrost.governance.window.Windows;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clocks step in both directions: what was used belongs to the window that it was used in. */
class ClockStepsTest {
  private static final long TOKEN = 1_000;
  private static final Usage USED = Usage.ofTokens(10, 10);

  @ParameterizedTest(name = "{0} aligned={1}, {2} to {3}")
  @CsvSource({
    "1m, false, 2026-11-10T12:00:59.999Z, 2026-11-10T12:01:00Z",
    "1h, true,  2026-11-10T12:59:59.999Z, 2026-11-10T13:00:00Z",
    "1d, true,  2024-02-28T23:59:59.999Z, 2024-02-29T00:00:00Z",
    "1d, true,  2024-02-29T23:59:59.999Z, 2024-03-01T00:00:00Z",
    "1w, true,  2026-11-08T23:59:59.999Z, 2026-11-09T00:00:00Z",
    "1M, true,  2026-11-30T23:59:59.999Z, 2026-12-01T00:00:00Z",
    "1M, false, 2026-11-30T23:59:59.999Z, 2026-12-01T00:00:00Z",
    "1Y, true,  2026-12-31T23:59:59.999Z, 2027-01-01T00:00:00Z",
  })
  void aStepOverTheEndOpensTheNextWindowAndAStepBackFindsTheOldOne(
      String window, boolean aligned, Instant last, Instant next) {
    long limit = 20 * TOKEN;
    Fixture fixture = new Fixture(key(limits(window, aligned, limit)), price("m"));
    fixture.clock.set(last.toEpochMilli());
    assertEquals(Optional.empty(), call(fixture));
    assertTrue(call(fixture).isPresent(), "the first window is used up");

    fixture.clock.set(next.toEpochMilli());
    assertEquals(Optional.empty(), call(fixture));
    assertTrue(call(fixture).isPresent(), "the second window is used up");

    fixture.clock.set(last.toEpochMilli());
    assertTrue(call(fixture).isPresent(), "the clock stepped back: the first is still used up");
    fixture.clock.set(next.toEpochMilli());
    assertTrue(call(fixture).isPresent(), "and forward again: the second too");
  }

  @Test
  void whatIsHeldWhileTheClockStepsIsSettledWhereItWasHeld() {
    for (Duration step : List.of(Duration.ofDays(40), Duration.ofDays(-40))) {
      Fixture fixture = new Fixture(key(limits("1M", true, 100 * TOKEN)), price("m"));
      Reservation reservation = fixture.admitted(request());
      AttemptAdmission.Held held = Fixture.held(reservation, "openai", "m");
      long start = period("1M", fixture.clock.get()).startMillis();
      fixture.clock.addAndGet(step.toMillis());

      held.hold().charge(USED, true);
      reservation.settle(new Settlement(Settlement.Exit.SUCCESS, 0));

      assertEquals(20 * TOKEN, fixture.ledger.total("budget:b", start), step::toString);
      assertEquals(0, fixture.ledger.open("budget:b", start, start + 1).held());
      long stepped = period("1M", fixture.clock.get()).startMillis();
      assertEquals(0, fixture.ledger.total("budget:b", stepped));
    }
  }

  /** A clock that wanders at random, against a map from windows to what was used in them. */
  @Test
  void aWanderingClockChargesEachWindowWithItsOwn() {
    long seed = Long.getLong("bifrost.seed", System.nanoTime());
    Random random = new Random(seed);
    for (String window : List.of("30s", "1h", "1d", "1w", "1M", "1Y")) {
      boolean aligned = random.nextBoolean();
      String told = "-Dbifrost.seed=" + seed + " " + window + " aligned=" + aligned;
      Fixture fixture = new Fixture(key(limits(window, aligned, 1_000_000 * TOKEN)), price("m"));
      Map<Long, Long> expected = new HashMap<>();
      long length = Windows.at(Window.parse(window), false, 0, Fixture.NOW).endMillis();
      length -= Windows.at(Window.parse(window), false, 0, Fixture.NOW).startMillis();
      for (int i = 0; i < 300; i++) {
        fixture.clock.addAndGet(random.nextLong(-3 * length, 3 * length));
        assertEquals(Optional.empty(), call(fixture), told);
        Period period = Windows.at(Window.parse(window), aligned, 0, fixture.clock.get());
        expected.merge(period.startMillis(), 20 * TOKEN, Long::sum);
      }
      expected.forEach(
          (start, used) -> assertEquals(used, fixture.ledger.total("budget:b", start), told));
    }
  }

  private static Optional<Refusal> call(Fixture fixture) {
    return fixture.call(request(), USED);
  }

  private static AdmissionRequest request() {
    return chat(Optional.of(Fixture.SECRET), "openai/m", 10, 10);
  }

  private static Period period(String window, long now) {
    return Windows.at(Window.parse(window), true, 0, now);
  }

  /** A budget and a rate limit of the same windows, anchored at the epoch. */
  private static Limits limits(String window, boolean aligned, long nanos) {
    return new Limits(
        List.of(new Budget("b", nanos, Window.parse(window), Budget.Kind.SOFT, 0)),
        List.of(new RateLimit("r", RateLimit.Metric.REQUESTS, 1_000_000, Window.parse(window), 0)),
        aligned);
  }
}
