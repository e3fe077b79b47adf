package bifrost.sync.membership.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuspicionTimeoutTest {
  @ParameterizedTest
  @CsvSource({
    "4, 1, 1000, 4000",
    "4, 10, 1000, 4000",
    "4, 100, 1000, 8000",
    "4, 1000, 1000, 12000",
    "10, 6, 500, 5000",
    "10, 50, 500, 8494",
    "4, 0, 1000, 4000",
  })
  void theShortestGrowsWithTheLogarithmOfTheCluster(
      double mult, int members, long interval, long expected) {
    assertEquals(
        expected, SuspicionTimeout.shortest(mult, members, Duration.ofMillis(interval)).toMillis());
  }

  @ParameterizedTest
  @CsvSource({
    // confirmations, expected, elapsed, min, max, left
    "0, 3, 0,     2000, 30000, 30000",
    "1, 3, 2000,  2000, 30000, 14000",
    "2, 3, 3000,  2000, 30000, 4810",
    "3, 3, 3000,  2000, 30000, -1000",
    "4, 3, 5000,  2000, 30000, -3000",
    "0, 0, 0,     2000, 30000, 2000",
    "2, 2, 1000,  5000, 15000, 4000",
  })
  void confirmationsShortenItToTheShortest(
      int confirmations, int expected, long elapsed, long min, long max, long left) {
    assertEquals(
        left,
        SuspicionTimeout.left(
                confirmations,
                expected,
                Duration.ofMillis(elapsed),
                Duration.ofMillis(min),
                Duration.ofMillis(max))
            .toMillis(),
        1);
  }

  @ParameterizedTest
  @CsvSource({"2, 3, 0", "2, 4, 2", "2, 100, 2", "0, 100, 0", "2, 1, 0"})
  void aClusterTooSmallToConfirmExpectsNone(int wanted, int members, int expected) {
    assertEquals(expected, SuspicionTimeout.expected(wanted, members));
  }
}
