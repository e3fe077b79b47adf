package bifrost.sync.membership.protocol;

import static bifrost.sync.membership.simulation.SimCluster.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.sync.membership.simulation.SimCluster;
import bifrost.sync.membership.simulation.SimHost;
import bifrost.sync.membership.simulation.SimNetwork;
import bifrost.sync.membership.simulation.VirtualTime;
import bifrost.sync.membership.wire.Message;
import bifrost.sync.membership.wire.Message.Liveness;
import bifrost.sync.membership.wire.Versions;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each claim changes in what a node of ten believes of the member {@code n1}. */
class StateRulesTest implements NodeListener {
  private static final int SIZE = 10;

  private final VirtualTime time = new VirtualTime();
  private final SimHost host =
      new SimNetwork(time, new Random(1)).host(SimCluster.address(0, 0), 0);
  private final Stats stats = new Stats();
  private final BroadcastQueue queue = new BroadcastQueue();
  private final Awareness awareness = new Awareness(8);
  private final MemberTable members =
      new MemberTable(new MemberEntry("n0", host.address(), 0), new Random(1));
  private final StateRules rules =
      new StateRules(members, queue, awareness, host, Profile.LAN, stats, this);
  private final List<Kind> events = new ArrayList<>();

  @BeforeEach
  void start() {
    rules.start(new byte[0]);
    for (int i = 1; i < SIZE; i++) {
      rules.alive(alive(5, "n" + i, i));
    }
    events.clear();
  }

  @ParameterizedTest(name = "{0}({1}) after {2}(5) gives {3}")
  @CsvSource({
    "suspect, 4, alive, ALIVE",
    "suspect, 5, alive, SUSPECT",
    "suspect, 6, alive, SUSPECT",
    "dead, 4, alive, ALIVE",
    "dead, 5, alive, DEAD",
    "left, 5, alive, LEFT",
    "alive, 5, suspect, SUSPECT",
    "alive, 6, suspect, ALIVE",
    "dead, 4, suspect, SUSPECT",
    "dead, 5, suspect, DEAD",
    "left, 5, suspect, LEFT",
    "alive, 5, dead, DEAD",
    "alive, 6, dead, ALIVE",
    "suspect, 9, dead, DEAD",
    "left, 9, dead, DEAD",
    "alive, 5, left, LEFT",
    "alive, 6, left, ALIVE",
  })
  void theIncarnationDecidesWhichClaimCounts(
      String claim, long incarnation, String before, Liveness after) {
    claim(before, 5);
    claim(claim, incarnation);
    assertEquals(after, members.get("n1").state);
  }

  @Test
  void aClaimAboutAStrangerIsIgnored() {
    rules.suspect(new Message.Suspect(1, "stranger", "n2"));
    rules.dead(new Message.Dead(1, "stranger", "n2"));
    assertNull(members.get("stranger"));
  }

  @Test
  void aClaimAgainstThisNodeIsRefutedByAHigherIncarnation() {
    rules.suspect(new Message.Suspect(1, "n0", "n2"));
    assertEquals(2, members.local().incarnation);
    rules.dead(new Message.Dead(7, "n0", "n2"));
    assertEquals(8, members.local().incarnation);
    rules.suspect(new Message.Suspect(3, "n0", "n2"));
    assertEquals(8, members.local().incarnation);
    assertEquals(Liveness.ALIVE, members.local().state);
    assertEquals(2, awareness.score());
    assertEquals(2, stats.refutations.sum());
  }

  @Test
  void aSuspicionEndsEarlierTheMoreAccuse() {
    claim("suspect", 5);
    time.runUntil(5 * SECOND);
    assertEquals(Liveness.SUSPECT, members.get("n1").state);
    rules.suspect(new Message.Suspect(5, "n1", "n3"));
    rules.suspect(new Message.Suspect(5, "n1", "n4"));
    time.runUntil(5 * SECOND + 1);
    assertEquals(Liveness.DEAD, members.get("n1").state);
  }

  @Test
  void theSameAccuserAndHearsayConfirmNothing() {
    claim("suspect", 5);
    time.runUntil(5 * SECOND);
    for (String accuser : List.of("n2", "n2", "n1", "n1")) {
      rules.suspect(new Message.Suspect(5, "n1", accuser));
    }
    time.runUntil(23 * SECOND);
    assertEquals(Liveness.SUSPECT, members.get("n1").state);
    time.runUntil(25 * SECOND);
    assertEquals(Liveness.DEAD, members.get("n1").state);
  }

  @Test
  void leavingIsNotRefuted() {
    rules.leave();
    rules.dead(new Message.Dead(1, "n0", "n0"));
    rules.suspect(new Message.Suspect(1, "n0", "n2"));
    assertEquals(Liveness.LEFT, members.local().state);
    assertEquals(0, stats.refutations.sum());
  }

  @Test
  void aMemberThatSpeaksNoSensibleVersionIsIgnored() {
    rules.alive(
        new Message.Alive(
            1, "odd", SimCluster.address(0, 50), new byte[0], new Versions(3, 2, 1, 0, 0, 0)));
    assertNull(members.get("odd"));
  }

  @Test
  void theTableIsBounded() {
    for (int i = SIZE; i < 6_000; i++) {
      rules.alive(alive(1, "n" + i, i));
    }
    assertTrue(members.size() <= 4_096);
  }

  private void claim(String kind, long incarnation) {
    switch (kind) {
      case "alive" -> rules.alive(alive(incarnation, "n1", 1));
      case "suspect" -> rules.suspect(new Message.Suspect(incarnation, "n1", "n2"));
      case "dead" -> rules.dead(new Message.Dead(incarnation, "n1", "n2"));
      default -> rules.dead(new Message.Dead(incarnation, "n1", "n1"));
    }
  }

  private static Message.Alive alive(long incarnation, String name, int index) {
    return new Message.Alive(
        incarnation, name, SimCluster.address(0, index), new byte[0], Versions.OURS);
  }

  @Override
  public void changed(Kind kind, MemberRecord member) {
    events.add(kind);
  }

  @Override
  public void conflict(MemberRecord known, InetSocketAddress other) {}

  @Override
  public void message(byte[] payload) {}
}
