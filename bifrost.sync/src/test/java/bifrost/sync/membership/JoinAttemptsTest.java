package bifrost.sync.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinAttemptsTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final InetSocketAddress PEER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 10101);

  private Instant now = START;
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final JoinAttempts attempts = new JoinAttempts(clock);

  @Test
  void aPeerFailsSinceItsFirstAttemptInVain() {
    attempts.seeds(List.of(PEER));
    attempts.ended(PEER, "refused");
    now = START.plus(Duration.ofMinutes(1));
    attempts.ended(PEER, "refused again");
    assertEquals(START, attempts.unreached().getFirst().since());
    assertEquals("refused again", attempts.unreached().getFirst().cause());
  }

  @Test
  void aPeerThatJoinedByItselfFailsAnew() {
    attempts.seeds(List.of(PEER));
    attempts.ended(PEER, "refused");
    attempts.joined(PEER);
    assertEquals(List.of(), attempts.unreached());
    now = START.plus(Duration.ofMinutes(5));
    attempts.ended(PEER, "refused");
    assertEquals(now, attempts.unreached().getFirst().since());
  }

  @Test
  void aPeerWhoseJoiningDoesNotLastHasFailedAllTheTime() {
    attempts.seeds(List.of(PEER));
    attempts.ended(PEER, "refused");
    for (int minute = 1; minute <= 3; minute++) {
      now = START.plus(Duration.ofMinutes(minute));
      attempts.joined(PEER);
      now = now.plusSeconds(45);
      attempts.ended(PEER, "refused");
      assertEquals(START, attempts.unreached().getFirst().since());
    }
  }

  @Test
  void aPeerThatComesBackIntoTheListIsGivenTime() {
    attempts.seeds(List.of(PEER));
    attempts.ended(PEER, "refused");
    attempts.seeds(List.of());
    assertEquals(List.of(), attempts.unreached());
    now = START.plus(Duration.ofMinutes(5));
    attempts.seeds(List.of(PEER));
    assertEquals(now, attempts.unreached().getFirst().since());
  }
}
