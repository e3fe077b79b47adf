package bifrost.discovery.lan.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Announcement;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NeighboursTest {
  private static final long INTERVAL = 10;

  private final Neighbours neighbours = new Neighbours("bifrost", "me", INTERVAL);

  @Test
  void whoIsSilentForThreeIntervalsIsForgotten() {
    hear("me", 1, "10.0.0.1", 0);
    assertTrue(hear("b", 1, "10.0.0.2", 0));
    hear("me", 1, "10.0.0.1", 30);
    neighbours.forget();
    assertEquals(Set.of("10.0.0.1", "10.0.0.2"), hosts());
    hear("me", 1, "10.0.0.1", 31);
    neighbours.forget();
    assertEquals(Set.of("10.0.0.1"), hosts());
  }

  @Test
  void whoHearsNothingForgetsNobody() {
    hear("me", 1, "10.0.0.1", 0);
    hear("b", 1, "10.0.0.2", 0);
    assertTrue(neighbours.hearsItself(30));
    assertFalse(neighbours.hearsItself(1_000));
    neighbours.forget();
    assertEquals(Set.of("10.0.0.1", "10.0.0.2"), hosts());
  }

  @Test
  void theNewestSessionOfANodeHolds() {
    hear("b", 2, "10.0.0.3", 0);
    assertFalse(hear("b", 1, "10.0.0.2", 1));
    assertEquals(Set.of("10.0.0.3"), hosts());
    leave("b", 1, 2);
    assertEquals(Set.of("10.0.0.3"), hosts());
    leave("b", 2, 3);
    assertEquals(Set.of(), hosts());
  }

  @Test
  void anOlderSessionHoldsWhenTheNewerIsSilent() {
    hear("b", 2, "10.0.0.3", 0);
    hear("b", 1, "10.0.0.2", 30);
    assertEquals(Set.of("10.0.0.2"), hosts());
  }

  @Test
  void otherClustersAreNamedAndBounded() {
    for (int i = 0; i < 100; i++) {
      Beacon beacon = new Beacon(false, 1, "other-" + i, new Announcement("x", "r", "h", 1));
      neighbours.heard(new Beacon.Read.Heard(beacon), 0);
    }
    assertEquals(32, neighbours.others().size());
    assertEquals(Set.of(), hosts());
  }

  @Test
  void nodesAreBounded() {
    for (int i = 0; i < 10_000; i++) {
      hear("n" + i, 1, "10.1.%d.%d".formatted(i / 250, i % 250), 0);
    }
    assertEquals(4_096, hosts().size());
  }

  private boolean hear(String id, long session, String host, long now) {
    Beacon beacon = new Beacon(false, session, "bifrost", new Announcement(id, "r", host, 1));
    return neighbours.heard(new Beacon.Read.Heard(beacon), now);
  }

  private void leave(String id, long session, long now) {
    Beacon beacon = new Beacon(true, session, "bifrost", new Announcement(id, "r", "h", 1));
    neighbours.heard(new Beacon.Read.Heard(beacon), now);
  }

  private Set<String> hosts() {
    return neighbours.candidates().stream().map(c -> c.host()).collect(Collectors.toSet());
  }
}
