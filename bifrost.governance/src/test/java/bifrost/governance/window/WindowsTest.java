package bifrost.governance.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.snapshot.Window;
import java.time.Instant;
import java.util.Random;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowsTest {
  @ParameterizedTest(name = "{0} aligned={1} anchor={2} at {3}")
  @CsvSource({
    // Sub-day windows roll from the anchor, aligned or not.
    "30s, false, 2026-01-01T00:00:07Z, 2026-01-01T00:00:36Z,     2026-01-01T00:00:07Z, 2026-01-01T00:00:37Z",
    "30s, true,  2026-01-01T00:00:07Z, 2026-01-01T00:00:37Z,     2026-01-01T00:00:37Z, 2026-01-01T00:01:07Z",
    "1m,  true,  2026-01-01T00:00:07Z, 2026-01-01T12:34:06.999Z, 2026-01-01T12:33:07Z, 2026-01-01T12:34:07Z",
    "24h, true,  2026-01-01T05:00:00Z, 2026-01-03T04:59:59Z,     2026-01-02T05:00:00Z, 2026-01-03T05:00:00Z",
    "7h,  false, 2026-01-01T00:00:00Z, 2026-01-02T00:00:00Z,     2026-01-01T21:00:00Z, 2026-01-02T04:00:00Z",
    // A window before the anchor is on the same lattice.
    "1h,  false, 2026-01-01T00:30:00Z, 2026-01-01T00:10:00Z,     2025-12-31T23:30:00Z, 2026-01-01T00:30:00Z",
    "1M,  false, 2026-03-31T12:00:00Z, 2026-03-01T00:00:00Z,     2026-02-28T12:00:00Z, 2026-03-31T12:00:00Z",
    // Days and weeks.
    "1d,  false, 2026-01-01T05:00:00Z, 2026-03-29T03:00:00Z,     2026-03-28T05:00:00Z, 2026-03-29T05:00:00Z",
    "1d,  true,  2026-01-01T05:00:00Z, 2026-03-29T03:00:00Z,     2026-03-29T00:00:00Z, 2026-03-30T00:00:00Z",
    "1d,  true,  2026-01-01T05:00:00Z, 2026-03-28T23:59:59.999Z, 2026-03-28T00:00:00Z, 2026-03-29T00:00:00Z",
    "1w,  true,  2026-01-01T05:00:00Z, 2026-11-22T12:00:00Z,     2026-11-16T00:00:00Z, 2026-11-23T00:00:00Z",
    "1w,  true,  2026-01-01T05:00:00Z, 2026-11-23T00:00:00Z,     2026-11-23T00:00:00Z, 2026-11-30T00:00:00Z",
    "1w,  true,  2026-01-01T05:00:00Z, 1970-01-02T00:00:00Z,     1969-12-29T00:00:00Z, 1970-01-05T00:00:00Z",
    "1w,  false, 2026-01-01T05:00:00Z, 2026-01-08T04:59:59Z,     2026-01-01T05:00:00Z, 2026-01-08T05:00:00Z",
    "2w,  true,  2026-01-01T00:00:00Z, 1970-01-20T00:00:00Z,     1970-01-19T00:00:00Z, 1970-02-02T00:00:00Z",
    // Month ends: an anchor on the 31st, in leap years and others.
    "1M,  false, 2025-12-31T10:00:00Z, 2026-02-28T09:59:59Z,     2026-01-31T10:00:00Z, 2026-02-28T10:00:00Z",
    "1M,  false, 2025-12-31T10:00:00Z, 2026-02-28T10:00:00Z,     2026-02-28T10:00:00Z, 2026-03-31T10:00:00Z",
    "1M,  false, 2025-12-31T10:00:00Z, 2026-03-30T23:00:00Z,     2026-02-28T10:00:00Z, 2026-03-31T10:00:00Z",
    "1M,  false, 2025-12-31T10:00:00Z, 2026-03-31T10:00:00Z,     2026-03-31T10:00:00Z, 2026-04-30T10:00:00Z",
    "1M,  false, 2023-12-31T00:00:00Z, 2024-02-29T00:00:00Z,     2024-02-29T00:00:00Z, 2024-03-31T00:00:00Z",
    "1M,  false, 2026-01-15T06:00:00Z, 2026-11-15T05:59:59Z,     2026-10-15T06:00:00Z, 2026-11-15T06:00:00Z",
    "3M,  false, 2025-11-30T00:00:00Z, 2026-02-28T00:00:00Z,     2026-02-28T00:00:00Z, 2026-05-30T00:00:00Z",
    "3M,  false, 2025-11-30T00:00:00Z, 2026-02-27T23:59:59Z,     2025-11-30T00:00:00Z, 2026-02-28T00:00:00Z",
    "1M,  true,  2026-01-31T10:00:00Z, 2026-02-28T23:59:59Z,     2026-02-01T00:00:00Z, 2026-03-01T00:00:00Z",
    "1M,  true,  2026-01-31T10:00:00Z, 2024-02-29T23:59:59Z,     2024-02-01T00:00:00Z, 2024-03-01T00:00:00Z",
    "3M,  true,  2026-01-31T10:00:00Z, 2026-06-30T23:59:59Z,     2026-04-01T00:00:00Z, 2026-07-01T00:00:00Z",
    // Leap days, also where a century has none.
    "1d,  true,  2026-01-01T05:00:00Z, 2024-02-29T23:59:59.999Z, 2024-02-29T00:00:00Z, 2024-03-01T00:00:00Z",
    "1d,  true,  2026-01-01T05:00:00Z, 2100-02-28T12:00:00Z,     2100-02-28T00:00:00Z, 2100-03-01T00:00:00Z",
    "1w,  true,  2026-01-01T05:00:00Z, 2024-02-29T12:00:00Z,     2024-02-26T00:00:00Z, 2024-03-04T00:00:00Z",
    "1M,  true,  2026-01-31T10:00:00Z, 2000-02-29T23:59:59Z,     2000-02-01T00:00:00Z, 2000-03-01T00:00:00Z",
    "1M,  false, 2024-01-29T00:00:00Z, 2024-02-29T00:00:00Z,     2024-02-29T00:00:00Z, 2024-03-29T00:00:00Z",
    "1M,  false, 2025-01-29T00:00:00Z, 2025-02-28T00:00:00Z,     2025-02-28T00:00:00Z, 2025-03-29T00:00:00Z",
    "1M,  false, 2099-12-31T00:00:00Z, 2100-02-28T00:00:00Z,     2100-02-28T00:00:00Z, 2100-03-31T00:00:00Z",
    "1Y,  false, 1996-02-29T00:00:00Z, 2100-03-01T00:00:00Z,     2100-02-28T00:00:00Z, 2101-02-28T00:00:00Z",
    "24h, false, 2024-02-28T06:00:00Z, 2024-02-29T06:00:00Z,     2024-02-29T06:00:00Z, 2024-03-01T06:00:00Z",
    // The ends of weeks and years.
    "1w,  true,  2026-01-01T05:00:00Z, 2026-12-31T23:59:59.999Z, 2026-12-28T00:00:00Z, 2027-01-04T00:00:00Z",
    "1w,  true,  2026-01-01T05:00:00Z, 2027-01-03T23:59:59.999Z, 2026-12-28T00:00:00Z, 2027-01-04T00:00:00Z",
    "1M,  true,  2026-01-31T10:00:00Z, 2026-12-31T23:59:59.999Z, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
    "1M,  false, 2025-08-31T00:00:00Z, 2025-09-30T00:00:00Z,     2025-09-30T00:00:00Z, 2025-10-31T00:00:00Z",
    // Years: an anchor on the leap day.
    "1Y,  false, 2024-02-29T12:00:00Z, 2025-02-28T11:59:59Z,     2024-02-29T12:00:00Z, 2025-02-28T12:00:00Z",
    "1Y,  false, 2024-02-29T12:00:00Z, 2028-02-29T11:59:59Z,     2027-02-28T12:00:00Z, 2028-02-29T12:00:00Z",
    "1Y,  false, 2024-02-29T12:00:00Z, 2028-02-29T12:00:00Z,     2028-02-29T12:00:00Z, 2029-02-28T12:00:00Z",
    "1Y,  true,  2024-02-29T12:00:00Z, 2026-12-31T23:59:59Z,     2026-01-01T00:00:00Z, 2027-01-01T00:00:00Z",
    "10Y, true,  2024-02-29T12:00:00Z, 2026-12-31T23:59:59Z,     2020-01-01T00:00:00Z, 2030-01-01T00:00:00Z",
    "2Y,  false, 2024-02-29T12:00:00Z, 2026-02-28T12:00:00Z,     2026-02-28T12:00:00Z, 2028-02-29T12:00:00Z",
    "100000Y, true, 2024-02-29T12:00:00Z, 2026-12-31T23:59:59Z,  0000-01-01T00:00:00Z, +100000-01-01T00:00:00Z",
  })
  void aTimeLiesInExactlyTheWindowOfTheTable(
      String window, boolean aligned, Instant anchor, Instant now, Instant start, Instant end) {
    TimeZone before = TimeZone.getDefault();
    try {
      // the machine's own zone has no say: fourteen hours ahead, with daylight saving, and UTC
      for (String zone : new String[] {"Pacific/Kiritimati", "America/New_York", "UTC"}) {
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        Period period =
            Windows.at(Window.parse(window), aligned, anchor.toEpochMilli(), now.toEpochMilli());
        assertEquals(start, Instant.ofEpochMilli(period.startMillis()), zone);
        assertEquals(end, Instant.ofEpochMilli(period.endMillis()), zone);
      }
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @Test
  void windowsTileTimeWithoutGapOrOverlapWhateverTheClockDoes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      Window window =
          new Window(
              1 + random.nextInt(i % 10 == 0 ? 100_000 : 40),
              Window.Unit.values()[random.nextInt(7)]);
      boolean aligned = random.nextBoolean();
      long anchor = random.nextLong(4_102_444_800_000L);
      long now = random.nextLong(4_102_444_800_000L);
      String told = "seed %d: %s aligned=%s anchor=%d now=%d";
      String what = told.formatted(seed, window, aligned, anchor, now);
      Period here = Windows.at(window, aligned, anchor, now);
      assertTrue(here.contains(now), what);
      Period next = Windows.at(window, aligned, anchor, here.endMillis());
      if (here.endMillis() < 253_402_300_799_999L) {
        assertEquals(here.endMillis(), next.startMillis(), what);
        assertEquals(
            1, Windows.between(window, aligned, anchor, now, here.endMillis()), "next, " + what);
      }
      assertEquals(here, Windows.at(window, aligned, anchor, here.endMillis() - 1), what);
      if (here.startMillis() > 0) {
        Period before = Windows.at(window, aligned, anchor, here.startMillis() - 1);
        assertEquals(here.startMillis(), before.endMillis(), what);
        assertEquals(
            -1,
            Windows.between(window, aligned, anchor, now, here.startMillis() - 1),
            "before, " + what);
      }
    }
  }

  @ParameterizedTest(name = "{0} from {2} to {3}")
  @CsvSource({
    "1M, false, 2026-01-31T10:00:00Z, 2026-01-31T10:00:00Z, 2026-02-28T10:00:00Z, 1",
    "1M, false, 2026-01-31T10:00:00Z, 2026-01-31T10:00:00Z, 2026-03-31T09:00:00Z, 1",
    "1M, false, 2026-01-31T10:00:00Z, 2026-01-31T10:00:00Z, 2027-01-31T10:00:00Z, 12",
    "3M, true,  2026-01-31T10:00:00Z, 2026-01-31T10:00:00Z, 2026-12-31T10:00:00Z, 3",
    "1d, true,  2026-01-31T10:00:00Z, 2026-01-31T23:59:59Z, 2026-02-01T00:00:00Z, 1",
    "1d, true,  2026-01-31T10:00:00Z, 2026-02-01T00:00:00Z, 2026-01-31T23:59:59Z, -1",
    "5m, true,  2026-01-31T10:00:00Z, 2026-01-31T10:04:59Z, 2026-01-31T10:11:00Z, 2",
  })
  void windowsBetweenTwoTimesAreCounted(
      String window, boolean aligned, Instant anchor, Instant from, Instant to, long expected) {
    assertEquals(
        expected,
        Windows.between(
            Window.parse(window),
            aligned,
            anchor.toEpochMilli(),
            from.toEpochMilli(),
            to.toEpochMilli()));
  }

  @Test
  void hostileAnchorsAndTimesDoNotOverflow() {
    for (Window.Unit unit : Window.Unit.values()) {
      for (long anchor : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
        for (long now : new long[] {Long.MIN_VALUE, 0, Long.MAX_VALUE}) {
          for (boolean aligned : new boolean[] {true, false}) {
            Period period = Windows.at(new Window(100_000, unit), aligned, anchor, now);
            assertTrue(period.endMillis() > period.startMillis());
          }
        }
      }
    }
  }
}
