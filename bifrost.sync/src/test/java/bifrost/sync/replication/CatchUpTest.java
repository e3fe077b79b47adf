package bifrost.sync.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CatchUpTest {
  private static final long SECOND = 1_000_000_000L;

  private long now;
  private boolean caughtUp;
  private boolean peers;

  private CatchUp after(Duration uptime) {
    return new CatchUp(uptime, () -> now, () -> caughtUp, () -> peers);
  }

  @Test
  void aNodeThatStartsWaitsUntilItHasWhatAPeerHas() {
    CatchUp wait = after(Duration.ofSeconds(1));
    peers = true;
    now = 5 * SECOND;
    assertTrue(wait.missing().orElseThrow().contains("compared"));
    caughtUp = true;
    assertEquals(Optional.empty(), wait.missing());
    caughtUp = false;
    assertEquals(Optional.empty(), wait.missing(), "once in service it stays there");
  }

  @Test
  void peersThatDoNotAnswerHoldItForTenSecondsAndNoPeersForTwo() {
    CatchUp wait = after(Duration.ofSeconds(1));
    assertTrue(wait.missing().orElseThrow().contains("looked for"));
    peers = true;
    now = 10 * SECOND;
    assertTrue(wait.missing().isPresent());
    now++;
    assertEquals(Optional.empty(), wait.missing());
    peers = false;
    CatchUp alone = after(Duration.ofSeconds(1));
    now += 2 * SECOND + 1;
    assertEquals(Optional.empty(), alone.missing());
  }

  @Test
  void aNodeInServiceIsNotHeldWhenReplicationStartsAnew() {
    peers = true;
    assertEquals(Optional.empty(), after(Duration.ofMinutes(1)).missing());
  }
}
