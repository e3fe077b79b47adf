package bifrost.discovery.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchedTest {
  private static final DiscoveryFailure NO_ANSWER =
      new DiscoveryFailure(Reason.UNREACHABLE, "no answer");
  private static final Set<Candidate> ONE = Set.of(Candidate.of("10.0.0.1", 1));

  private final DnsName name = DnsName.parse("a.test", 1);
  private final Watched watched =
      new Watched(
          name,
          new DnsSettings(
              List.of(name),
              List.of(),
              Duration.ofSeconds(1),
              Duration.ofSeconds(2),
              Duration.ofSeconds(30)),
          0);

  @ParameterizedTest
  @CsvSource({"0, 2", "1, 2", "7, 7", "30, 30", "86400, 30", "9223372036854775807, 30"})
  void theTtlSaysWhenToAskAgainBetweenFloorAndCeiling(long ttl, long seconds) {
    watched.answered(new Found(ONE, ttl, true, List.of(), ""), 0);
    assertEquals(Duration.ofSeconds(seconds).toNanos(), watched.due());
  }

  @ParameterizedTest
  @CsvSource({"0, 2", "4, 4", "30, 5", "86400, 5"})
  void anAnswerWithoutAnybodyHoldsForAFewSeconds(long ttl, long seconds) {
    watched.answered(new Found(Set.of(), ttl, false, List.of(), "does not exist"), 0);
    assertEquals(Duration.ofSeconds(seconds).toNanos(), watched.due());
  }

  @Test
  void failuresAreRepeatedAtPausesThatDoubleUpToTheCeiling() {
    for (long seconds : new long[] {2, 4, 8, 16, 30, 30}) {
      watched.failed(NO_ANSWER, 0);
      assertEquals(Duration.ofSeconds(seconds).toNanos(), watched.due());
    }
    for (int i = 0; i < 100; i++) {
      watched.failed(NO_ANSWER, 0);
      assertEquals(Duration.ofSeconds(30).toNanos(), watched.due());
    }
    watched.answered(new Found(ONE, 5, true, List.of(), ""), 0);
    watched.failed(NO_ANSWER, 0);
    assertEquals(Duration.ofSeconds(2).toNanos(), watched.due());
  }

  @Test
  void aFailureKeepsWhatWasFound() {
    watched.answered(new Found(ONE, 5, true, List.of(), ""), 0);
    watched.failed(NO_ANSWER, 0);
    assertEquals(ONE, watched.candidates());
    assertTrue(watched.isFailing());
    assertEquals(Optional.of(NO_ANSWER), watched.problem());
  }
}
