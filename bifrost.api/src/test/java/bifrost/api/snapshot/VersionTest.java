package bifrost.api.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VersionTest {
  private static final Comparator<Version> PARTS =
      Comparator.comparingInt(Version::generation)
          .thenComparing(Version::isTombstone)
          .thenComparingLong(Version::clock)
          .thenComparing(Version::node);

  @Test
  void theOrderIsGenerationThenTombstoneThenClockThenWriter() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      Version one = any(random);
      Version other = any(random);
      assertEquals(Integer.signum(PARTS.compare(one, other)), Integer.signum(one.compareTo(other)));
    }
  }

  private static Version any(Random random) {
    return Version.of(
        random.nextInt(3) * 2_047,
        random.nextBoolean(),
        random.nextBoolean() ? random.nextLong(3) : Version.MAX_CLOCK - random.nextLong(3),
        "n" + random.nextInt(2));
  }

  @Test
  void itsPartsAreReadBack() {
    Version version =
        Version.of(Version.MAX_GENERATION, true, (1_800_000_000_123L << 8) | 255, "n");
    assertEquals(Version.MAX_GENERATION, version.generation());
    assertTrue(version.isTombstone());
    assertEquals(1_800_000_000_123L, version.millis());
    assertEquals((1_800_000_000_123L << Version.COUNTER_BITS) | 255, version.clock());
    assertEquals(
        Long.MAX_VALUE, Version.of(Version.MAX_GENERATION, true, Version.MAX_CLOCK, "n").time());
  }

  @Test
  void nothingIsOlderThanNever() {
    assertEquals(Version.NEVER, Version.of(0, false, 0, ""));
    assertTrue(Version.of(0, false, 1, "").isAfter(Version.NEVER));
  }

  @Test
  void partsOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Version.of(-1, false, 0, "n"));
    assertThrows(IllegalArgumentException.class, () -> Version.of(4_096, false, 0, "n"));
    assertThrows(IllegalArgumentException.class, () -> Version.of(0, false, 1L << 50, "n"));
    assertThrows(IllegalArgumentException.class, () -> Version.of(0, false, -1, "n"));
    assertThrows(IllegalArgumentException.class, () -> new Version(-1, "n"));
  }
}
