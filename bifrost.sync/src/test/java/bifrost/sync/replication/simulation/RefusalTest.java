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
import bifrost.sync.replication.message.SyncMessage.Hello;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a member cannot take, and whom it does not link to: named, and claimed by nobody. */
class RefusalTest extends ReplicationRules {
  private final Releases releases = new Releases();

  RefusalTest() {
    cluster.wire.translation(releases);
  }

  private Arrival awaited(int index, Change change) {
    CompletableFuture<Arrival> arrival = node(index).engine().await(change);
    cluster.run(2 * SECOND);
    assertTrue(arrival.isDone(), "nobody is waited for who has said that it cannot");
    return arrival.join();
  }

  @Test
  void aMemberThatCannotReadAChangeSaysSoAndDoesNotCountAsHavingIt() {
    start(3, 1);
    Change bad = node(0).configuration().write("bad", Optional.of("unreadable by n1"));
    Change good = node(0).configuration().write("good", Optional.of("fine"));
    Arrival arrival = awaited(0, bad);
    assertEquals(new Arrival(Set.of("n2"), Set.of(), Set.of("n1")), arrival);
    assertFalse(arrival.isEverywhere());
    assertTrue(awaited(0, good).isEverywhere(), "the rest is taken");
    cluster.run(40 * SECOND);
    assertEquals(1, state(1).refused().size(), "comparisons do not ask for it again");
    assertTrue(state(1).refused().getFirst().reason().contains("upgrade"));
    Change mended = node(2).configuration().write("bad", Optional.of("readable"));
    assertTrue(awaited(2, mended).isEverywhere());
    assertEquals(List.of(), state(1).refused());
  }

  @Test
  void whatARelayCannotReadDoesNotCountAsArrivedBehindIt() {
    start(4, 2);
    Change bad = node(0).configuration().write("bad", Optional.of("unreadable by n1"));
    assertEquals(new Arrival(Set.of("n2"), Set.of(), Set.of("n1", "n3")), awaited(0, bad));
    cluster.run(2 * SECOND);
    ReplicationState.RefusedChange refused = state(3).refused().getFirst();
    assertTrue(refused.reason().contains("'n1' could not take it"), refused.reason());
  }

  @Test
  void aChangeFromTheFutureHasArrivedOnceItsTimeHasCome() {
    start(3, 1);
    cluster.start("n3", "r0", 120_000, List.of(), List.of());
    cluster.run(5 * SECOND);
    Change early = node(3).configuration().write("t", Optional.of("early"));
    assertEquals(Set.of("n0", "n1", "n2"), awaited(3, early).refused());
    cluster.run(80 * SECOND);
    assertTrue(awaited(3, early).isEverywhere());
  }

  @Test
  void whatCannotBeKeptIsNotConfirmedAndIsAskedForAgain() {
    start(4, 2);
    node(1).configuration().failing(true);
    Change change = node(0).configuration().write("t", Optional.of("x"));
    CompletableFuture<Arrival> arrival = node(0).engine().await(change);
    cluster.run(10 * SECOND);
    assertFalse(arrival.isDone());
    node(1).configuration().failing(false);
    assertTrue(cluster.converge(10 * SECOND) >= 0, cluster::difference);
    cluster.run(2 * SECOND);
    assertTrue(arrival.join().isEverywhere());
  }

  @Test
  void aKindThatARelayDoesNotKnowIsPassedOverAndThereAfterItsUpgrade() {
    releases.older("n1");
    start(4, 2);
    Change change = node(0).configuration().write(Releases.NEW_KIND + 1, Optional.of("x"));
    node(0).configuration().write("t", Optional.of("y"));
    node(3).add("budget", 5);
    assertEquals(new Arrival(Set.of("n2"), Set.of(), Set.of("n1", "n3")), awaited(0, change));
    cluster.run(40 * SECOND);
    assertTrue(sync(1, 0).capabilities().contains("tomorrow:v9"), "what is not known is no fault");
    assertEquals(1, state(1).refused().size());
    assertTrue(state(1).refused().getFirst().reason().contains("knows no such kind"));
    for (SimNode node : cluster.nodes().values()) {
      assertTrue(node.configuration().find(EntityType.TEAM, "t").isPresent());
      assertEquals(5, node.total("budget"));
    }
    releases.upgraded("n1");
    SimNode before = cluster.crash("n1");
    cluster.run(MILLI);
    cluster.start("n1", "r1", 0, before.configuration().all(), SimCluster.kept(before));
    assertTrue(cluster.converge(5 * SECOND) >= 0, cluster::difference);
    assertTrue(node(3).configuration().find(EntityType.TEAM, Releases.NEW_KIND + 1).isPresent());
    cluster.run(2 * SECOND);
    assertTrue(awaited(0, change).isEverywhere());
    assertEquals(List.of(), state(3).refused());
  }

  @Test
  void aPeerOfAnotherClusterIsRefusedAndNamed() {
    cluster.name("n0", "east");
    cluster.name("n1", "west");
    start(3, 1);
    node(0).configuration().write("t", Optional.of("x"));
    cluster.run(3 * SECOND);
    String failure = sync(0, 1).failure().orElseThrow();
    assertTrue(failure.contains("'n1' is of cluster 'west', node 'n0' of 'east'"), failure);
    assertEquals(MemberSync.Path.DIRECT, sync(2, 0).path(), "a node that names none takes both");
    assertEquals(MemberSync.Path.DIRECT, sync(2, 1).path());
  }

  @Test
  void aNodeWithTheIdOfAMemberThatIsElsewhereIsRefusedAndNamed() {
    cluster.wire.translation(
        (to, message) ->
            message instanceof Hello hello && hello.node().equals("n1") ? moved(hello) : message);
    start(3, 1);
    String failure = sync(0, 1).failure().orElseThrow();
    assertTrue(failure.contains("'n1' is at n1, by gossip; the peer of that name is at"), failure);
    assertEquals(MemberSync.Path.NONE, sync(0, 1).path());
    assertEquals(MemberSync.Path.DIRECT, sync(0, 2).path());
  }

  private static Hello moved(Hello hello) {
    return new Hello(
        hello.node(),
        hello.epoch() + 1,
        hello.region(),
        hello.cluster(),
        hello.oldest(),
        hello.newest(),
        hello.capabilities(),
        hello.product(),
        "elsewhere:10102");
  }
}
