package bifrost.sync.replication.simulation;

import static bifrost.sync.replication.simulation.SimCluster.MILLI;
import static bifrost.sync.replication.simulation.SimCluster.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.MemberSync;
import bifrost.api.cluster.Replication.Arrival;
import bifrost.api.cluster.ReplicationState;
import bifrost.api.snapshot.Change;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.Version;
import bifrost.sync.replication.engine.EngineSettings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReplicationRulesTest extends ReplicationRules {
  @Test
  void countsReachAllRegionsWithinTwoRoundTripsAndAQuarterSecond() {
    start(6, 2);
    node(5).add("budget", 7);
    long took = cluster.converge(5 * SECOND);
    assertTrue(took >= 0 && took <= 410 * MILLI, took / MILLI + " ms");
    assertEquals(7, node(0).total("budget"));
  }

  @Test
  void onlyRelaysLinkToOtherRegionsAndOneOfThemCarries() {
    start(10, 2);
    assertEquals(List.of("r1"), state(0).carries());
    assertEquals(List.of(), state(2).carries());
    assertEquals(MemberSync.Path.DIRECT, sync(8, 6).path());
    assertEquals(MemberSync.Path.RELAYED, sync(8, 7).path());
    assertEquals(Optional.empty(), sync(8, 7).remote());
  }

  @Test
  void anotherRelayTakesOverAtOnceWhenTheOneThatCarriesEnds() {
    cluster.detection(60 * SECOND);
    start(10, 2);
    cluster.crash("n0");
    cluster.run(300 * MILLI);
    node(9).add("budget", 3);
    cluster.run(SECOND);
    assertEquals(3, node(8).total("budget"));
    assertEquals(List.of("r1"), state(2).carries());
  }

  @Test
  void aRegionThatNoRelayHereReachesComesByWayOfAThird() {
    cluster.detection(600 * SECOND);
    start(6, 3);
    cluster.wire.cut((a, b) -> isBetween(a, b, "r0", "r1"));
    cluster.run(15 * SECOND);
    node(4).add("budget", 5);
    node(1).configuration().write("t", Optional.of("x"));
    cluster.run(2 * SECOND);
    assertEquals(5, node(3).total("budget"));
    assertTrue(node(0).configuration().find(EntityType.TEAM, "t").isPresent());
  }

  private boolean isBetween(String a, String b, String one, String other) {
    String its = cluster.region(a);
    String others = cluster.region(b);
    return (its.equals(one) && others.equals(other)) || (its.equals(other) && others.equals(one));
  }

  @Test
  void whoWaitsIsToldWhenAllHaveAppliedAndWhoIsMissing() {
    start(6, 2);
    Change change = node(3).configuration().write("t", Optional.of("x"));
    CompletableFuture<Arrival> everywhere = node(3).engine().await(change);
    cluster.run(SECOND);
    assertTrue(everywhere.isDone());
    assertEquals(
        new Arrival(Set.of("n0", "n1", "n2", "n4", "n5"), Set.of(), Set.of()), everywhere.join());
    cluster.wire.cut((a, b) -> a.equals("n5") || b.equals("n5"));
    Change second = node(3).configuration().write("t", Optional.of("y"));
    CompletableFuture<Arrival> waiting = node(3).engine().await(second);
    cluster.run(2 * SECOND);
    assertFalse(waiting.isDone());
    CompletableFuture<Arrival> now = node(3).engine().arrival(second);
    cluster.run(MILLI);
    assertEquals(Set.of("n5"), now.join().missing());
    assertEquals(1, sync(3, 5).changesBehind());
    cluster.heal();
    cluster.run(5 * SECOND);
    assertTrue(waiting.join().isEverywhere());
  }

  @Test
  void editsOnBothSidesOfAPartitionEndInOneWinnerAndTheLoserIsShown() {
    start(4, 2);
    node(0).configuration().write("t", Optional.of("before"));
    cluster.converge(5 * SECOND);
    cluster.partition((a, b) -> isBetween(a, b, "r0", "r1"));
    cluster.run(10 * SECOND);
    Change loser = node(0).configuration().write("t", Optional.of("of r0"));
    cluster.run(SECOND);
    Change winner = node(1).configuration().write("t", Optional.of("of r1"));
    cluster.run(SECOND);
    cluster.heal();
    assertTrue(cluster.converge(5 * SECOND) >= 0);
    for (SimNode node : cluster.nodes().values()) {
      assertEquals(Optional.of(winner), node.configuration().find(EntityType.TEAM, "t"));
    }
    cluster.run(2 * SECOND);
    assertEquals(loser.version(), state(0).conflicts().getFirst().loser());
    assertEquals(winner.version(), state(0).conflicts().getFirst().winner());
    assertEquals(1, node(0).overruled().size(), "recorded once, where it was made");
    assertEquals(List.of(), node(2).overruled());
  }

  @Test
  void editsOneAfterTheOtherAreNoConflict() {
    start(4, 2);
    for (int i = 0; i < 30; i++) {
      node(i % 4).configuration().write("t", Optional.of("edit " + i));
      cluster.run(600 * MILLI);
    }
    cluster.run(5 * SECOND);
    for (int i = 0; i < 4; i++) {
      assertEquals(List.of(), state(i).conflicts());
    }
  }

  @Test
  void anHourApartIsMadeUpWithinFiveSecondsAndBothSidesAgreeOnEveryEdit() {
    start(6, 2);
    node(0).configuration().write("gone", Optional.of("there"));
    cluster.run(SECOND);
    cluster.partition((a, b) -> isBetween(a, b, "r0", "r1"));
    Change loser = null;
    Change winner = null;
    Change unaware = null;
    for (int minute = 0; minute < 60; minute++) {
      for (int i = 0; i < 6; i++) {
        node(i).add("c" + minute, 1 + i);
        node(i).configuration().write("t" + i * minute, Optional.of("minute " + minute));
      }
      loser = node(2).configuration().write("same", Optional.of("r0 " + minute));
      cluster.run(SECOND);
      winner = node(3).configuration().write("same", Optional.of("r1 " + minute));
      if (minute == 5) {
        node(0).configuration().write("gone", Optional.empty());
      }
      unaware = node(1).configuration().write("gone", Optional.of("minute " + minute));
      cluster.run(59 * SECOND);
    }
    cluster.heal();
    assertTrue(cluster.converge(5 * SECOND) >= 0, cluster::difference);
    assertEquals(21, node(0).total("c59"));
    for (SimNode node : cluster.nodes().values()) {
      assertEquals(Optional.of(winner), node.configuration().find(EntityType.TEAM, "same"));
      assertTrue(node.configuration().find(EntityType.TEAM, "gone").orElseThrow().isTombstone());
    }
    cluster.run(2 * SECOND);
    assertEquals(List.of(loser.version()), overruled(2), "recorded where it was made");
    assertEquals(List.of(unaware.version()), overruled(1));
  }

  private List<Version> overruled(int index) {
    return node(index).overruled().stream()
        .filter(conflict -> List.of("same", "gone").contains(conflict.id()))
        .map(ReplicationState.Conflict::loser)
        .toList();
  }

  @Test
  void aPodThatBootsFromALaggingCopyIsCurrentWithinSecondsAndBringsNothingBack() {
    start(4, 2);
    for (int i = 0; i < 300; i++) {
      node(0).configuration().write("t" + i, Optional.of("old"));
    }
    cluster.converge(5 * SECOND);
    List<Change> lagging = node(0).configuration().all();
    for (int i = 0; i < 300; i += 3) {
      node(1).configuration().write("t" + i, Optional.empty());
    }
    cluster.converge(5 * SECOND);
    cluster.start("n9", "r1", 0, lagging, List.of());
    assertTrue(cluster.converge(5 * SECOND) >= 0, cluster::difference);
    assertTrue(
        cluster
            .nodes()
            .get("n9")
            .configuration()
            .find(EntityType.TEAM, "t3")
            .orElseThrow()
            .isTombstone());
  }

  @Test
  void aChangeFromTheFarFutureIsRefusedByNameAndDragsNoClockAlong() {
    start(3, 1);
    cluster.start("n7", "r0", 600_000, List.of(), List.of());
    cluster.run(5 * SECOND);
    node(0).configuration().write("t", Optional.of("right"));
    cluster.run(SECOND);
    Change wrong = node(7).configuration().write("t", Optional.of("wrong"));
    cluster.run(5 * SECOND);
    assertEquals(
        Optional.of("right"),
        node(1)
            .configuration()
            .find(EntityType.TEAM, "t")
            .flatMap(Change::content)
            .map(team -> ((Team) team).name()));
    ReplicationState.RefusedChange refused = state(1).refused().getFirst();
    assertEquals(wrong.version(), refused.version());
    assertTrue(refused.reason().contains("clock of node 'n7'"), refused.reason());
    Version later = node(1).configuration().write("u", Optional.of("x")).version();
    assertTrue(later.millis() < SimNode.START + cluster.time.now() / MILLI + 60_000);
    assertTrue(sync(1, 7).clockOffset().orElseThrow().toSeconds() > 590);
    cluster.run(620 * SECOND);
    assertTrue(cluster.converged(), "taken once its time has come");
    assertEquals(List.of(), state(1).refused());
  }

  @Test
  void aMemberThatGossipsButDoesNotSynchronizeIsSilentUntilItDoes() {
    cluster.detection(3_600 * SECOND);
    start(4, 2);
    assertEquals(List.of(), state(0).silent());
    cluster.wire.cut((a, b) -> a.equals("n3") || b.equals("n3"));
    cluster.run(50 * SECOND);
    assertEquals(List.of("n3"), state(0).silent());
    assertEquals(List.of("n0", "n1", "n2"), state(3).silent());
    cluster.wire.heal();
    cluster.run(20 * SECOND);
    assertEquals(List.of(), state(0).silent());
    assertTrue(sync(0, 3).lag().orElseThrow().toMillis() < 1_000);
  }

  @Test
  void anOlderReleaseWithoutProgressIsServedAndDoesNotConfirm() {
    cluster.delays(40, 0.3);
    cluster.start("n0", "r0", 0, List.of(), List.of());
    cluster.start("n1", "r1", 0, List.of(), List.of(), Set.of(EngineSettings.COMPARE));
    cluster.run(10 * SECOND);
    Change change = node(0).configuration().write("t", Optional.of("x"));
    node(1).add("budget", 2);
    CompletableFuture<Arrival> waiting = node(0).engine().await(change);
    cluster.run(3 * SECOND);
    assertTrue(cluster.converged());
    assertTrue(waiting.isDone(), "it still sends its own progress, it is only sent none");
  }

  @Test
  void aStoppedLinkCostsNothingAndGoesOnWhereItWas() {
    cluster.detection(3_600 * SECOND);
    start(2, 1);
    cluster.wire.cut((a, b) -> true);
    for (int i = 0; i < 5_000; i++) {
      node(0).add("c" + i % 50, 1);
      cluster.run(MILLI / 2);
    }
    cluster.wire.heal();
    assertTrue(cluster.converge(5 * SECOND) >= 0, cluster::difference);
  }
}
