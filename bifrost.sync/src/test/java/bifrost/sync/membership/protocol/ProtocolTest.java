package bifrost.sync.membership.protocol;

import static bifrost.sync.membership.simulation.SimCluster.MILLI;
import static bifrost.sync.membership.simulation.SimCluster.SECOND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.sync.membership.protocol.NodeListener.Kind;
import bifrost.sync.membership.simulation.SimCluster;
import bifrost.sync.membership.simulation.SimNode;
import bifrost.sync.membership.wire.Message.Liveness;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of the protocol, each in a cluster in virtual time. */
class ProtocolTest {
  @Test
  void nodesThatKnowOneSeedAllSeeEachOther() {
    SimCluster cluster = new SimCluster(1, Profile.LAN).start(10);
    assertTrue(cluster.converge(10 * SECOND));
  }

  @Test
  void aQuietClusterStaysQuiet() {
    SimCluster cluster = formed(2, 5);
    cluster.run(600 * SECOND);
    assertEquals(0, count(cluster, Kind.SUSPECTED));
    assertEquals(0, count(cluster, Kind.FAILED));
  }

  @Test
  void aCrashIsSuspectedThenDeclaredByAll() {
    SimCluster cluster = formed(3, 6);
    SimNode victim = cluster.node(5);
    victim.host().crash();
    assertTrue(cluster.converge(30 * SECOND));
    for (SimNode node : cluster.running()) {
      assertEquals(Liveness.DEAD, node.state(victim.name()));
      assertTrue(index(node, Kind.SUSPECTED) < index(node, Kind.FAILED));
    }
  }

  @Test
  void aShortPauseIsSuspectedAndRefuted() {
    SimCluster cluster = formed(4, 6);
    cluster.node(3).host().pause(4 * SECOND);
    cluster.run(30 * SECOND);
    assertTrue(count(cluster, Kind.SUSPECTED) > 0);
    assertTrue(count(cluster, Kind.CLEARED) > 0);
    assertEquals(0, count(cluster, Kind.FAILED));
    assertTrue(cluster.node(3).gossip().stats().refutations.sum() > 0);
    assertTrue(cluster.converged());
  }

  @Test
  void aNodeThatWasDeclaredDeadWhilePausedComesBack() {
    SimCluster cluster = formed(5, 6);
    cluster.node(3).host().pause(40 * SECOND);
    cluster.run(39 * SECOND);
    assertEquals(Liveness.DEAD, cluster.node(0).state("n3"));
    assertTrue(cluster.converge(30 * SECOND));
  }

  @Test
  void leavingIsSeenAsLeavingAndNotAsFailure() {
    SimCluster cluster = formed(6, 6);
    SimNode leaver = cluster.node(2);
    boolean[] told = {false};
    leaver.gossip().leave(Duration.ofSeconds(5), () -> told[0] = true);
    cluster.run(5 * SECOND);
    assertTrue(told[0]);
    leaver.host().crash();
    cluster.run(30 * SECOND);
    for (SimNode node : cluster.running()) {
      assertEquals(Liveness.LEFT, node.state("n2"));
    }
    assertEquals(0, count(cluster, Kind.FAILED));
  }

  @Test
  void metadataChangesReachEveryone() {
    SimCluster cluster = formed(7, 8);
    byte[] meta = "region=eu".getBytes();
    cluster.node(1).gossip().describe(meta);
    cluster.run(5 * SECOND);
    for (SimNode node : cluster.nodes()) {
      MemberRecord seen =
          node.gossip().members().stream()
              .filter(member -> member.name().equals("n1"))
              .findFirst()
              .orElseThrow();
      assertArrayEquals(meta, seen.meta());
    }
  }

  @Test
  void messagesTravelInPacketsInStreamsAndToAll() {
    SimCluster cluster = formed(8, 5);
    assertTrue(cluster.node(0).gossip().send("n1", new byte[] {1}));
    assertTrue(cluster.node(0).gossip().sendReliably("n2", new byte[200_000]));
    assertFalse(cluster.node(0).gossip().send("nobody", new byte[] {1}));
    cluster.node(3).gossip().broadcast(new byte[] {3});
    cluster.run(5 * SECOND);
    assertEquals(
        200_000, cluster.node(2).messages().stream().mapToInt(m -> m.length).max().orElse(0));
    for (int i : new int[] {0, 1, 2, 4}) {
      assertTrue(cluster.node(i).messages().stream().anyMatch(m -> m[0] == 3), "node " + i);
    }
    assertTrue(cluster.node(3).messages().isEmpty());
    assertTrue(cluster.node(1).messages().stream().anyMatch(m -> m[0] == 1));
  }

  @Test
  void aNodeThatIsReachedByTcpOnlyIsNotSuspected() {
    SimCluster cluster = formed(9, 3);
    cluster.network().blockPackets(true);
    cluster.run(120 * SECOND);
    assertEquals(0, count(cluster, Kind.SUSPECTED));
    assertTrue(cluster.node(0).gossip().stats().probesTcp.sum() > 0);
    assertEquals(0, cluster.node(0).gossip().stats().probesFailed.sum());
  }

  @Test
  void anIndirectPingSavesANodeBehindACutLink() {
    SimCluster cluster = formed(10, 6);
    SimNode a = cluster.node(1);
    SimNode b = cluster.node(2);
    cluster
        .network()
        .cut(
            (from, to) -> from == a.host() && to == b.host() || from == b.host() && to == a.host());
    cluster.run(120 * SECOND);
    assertEquals(0, count(cluster, Kind.FAILED));
    assertTrue(a.gossip().stats().probesIndirect.sum() > 0);
    assertEquals(0, a.gossip().stats().probesTcp.sum());
  }

  @Test
  void aPartitionHealsWithoutSeedsAndAfterTheDeadWereForgotten() {
    for (long minutes : new long[] {1, 20}) {
      SimCluster cluster = formed(11, 8);
      cluster.nodes().forEach(node -> node.gossip().seeds(List.of()));
      cluster
          .network()
          .cut(
              (from, to) ->
                  (from.address().getAddress().getAddress()[3] < 4)
                      != (to.address().getAddress().getAddress()[3] < 4));
      cluster.run(minutes * 60 * SECOND);
      assertEquals(4, cluster.node(0).present());
      assertEquals(4, cluster.node(7).present());
      cluster.network().heal();
      assertTrue(cluster.converge(60 * SECOND), minutes + " minutes");
    }
  }

  @Test
  void fourThousandSeedsWhereNobodyIsHideNoPeer() throws Exception {
    SimCluster cluster = formed(13, 3);
    SimNode late = cluster.add(0);
    List<InetSocketAddress> seeds = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      byte[] nobody = {10, 99, (byte) (i / 250), (byte) (i % 250)};
      seeds.add(new InetSocketAddress(InetAddress.getByAddress(nobody), 1));
    }
    seeds.add(2_000, cluster.node(0).host().address());
    late.gossip().seeds(seeds);
    assertTrue(cluster.converge(16 * 60 * SECOND), "each seed has had its turn");
  }

  @Test
  void aRestartedNodeTakesItsNameBackWithNewMetadata() {
    SimCluster cluster = formed(12, 5);
    SimNode old = cluster.node(4);
    old.host().crash();
    cluster.run(300 * MILLI); // before anyone notices
    SimNode reborn = cluster.add("n4", old.host().address(), 0, new byte[] {42}, cluster.node(0));
    cluster.run(20 * SECOND);
    assertEquals(5, reborn.present());
    for (int i = 0; i < 4; i++) {
      MemberRecord seen =
          cluster.node(i).gossip().members().stream()
              .filter(member -> member.name().equals("n4"))
              .findFirst()
              .orElseThrow();
      assertArrayEquals(new byte[] {42}, seen.meta());
      assertEquals(Liveness.ALIVE, seen.state());
    }
  }

  @Test
  void aNameIsNotTakenFromALivingNodeButFromADeadOne() {
    SimCluster cluster = formed(13, 4);
    SimNode thief =
        cluster.add("n3", SimCluster.address(0, 77), 0, new byte[] {9}, cluster.node(0));
    cluster.run(10 * SECOND);
    assertEquals(SimCluster.address(0, 3), addressOf(cluster.node(0), "n3"));
    assertTrue(cluster.node(0).gossip().stats().conflicts.sum() > 0);
    thief.host().crash();
    cluster.node(3).host().crash();
    cluster.run(60 * SECOND);
    cluster.add("n3", SimCluster.address(0, 78), 0, new byte[] {7}, cluster.node(0));
    cluster.run(20 * SECOND);
    assertEquals(SimCluster.address(0, 78), addressOf(cluster.node(0), "n3"));
    assertEquals(Liveness.ALIVE, cluster.node(0).state("n3"));
  }

  @Test
  void anAddressThatChangedHandsDoesNotKeepTheOldNameAlive() {
    SimCluster cluster = formed(16, 4);
    SimNode old = cluster.node(3);
    old.host().crash();
    cluster.add("new", old.host().address(), 0, new byte[0], cluster.node(0));
    cluster.run(60 * SECOND);
    for (int i = 0; i < 3; i++) {
      assertEquals(Liveness.DEAD, cluster.node(i).state("n3"));
      assertEquals(Liveness.ALIVE, cluster.node(i).state("new"));
    }
  }

  @Test
  void theDeadAreForgottenAfterAWhile() {
    SimCluster cluster = formed(14, 4);
    cluster.node(3).host().crash();
    cluster.run(Profile.LAN.reapAfter().toNanos() + 60 * SECOND);
    assertEquals(3, cluster.node(0).gossip().members().size());
  }

  @Test
  void aNodeInTroubleDoesNotAccuseTheHealthy() {
    SimCluster cluster = formed(15, 10);
    SimNode deaf = cluster.node(4);
    cluster.network().cut((from, to) -> to == deaf.host());
    cluster.run(8 * SECOND);
    assertTrue(deaf.gossip().awareness() > 0);
    cluster.network().heal();
    cluster.run(120 * SECOND);
    assertTrue(cluster.converged());
    assertEquals(0, deaf.gossip().awareness());
    for (SimNode node : cluster.nodes()) {
      if (node != deaf) {
        assertTrue(
            node.events().stream()
                .noneMatch(e -> e.kind() == Kind.FAILED && !e.name().equals(deaf.name())));
      }
    }
  }

  @Test
  void aDetectionOnTheWanProfileTakesLessThanTenSeconds() {
    for (int seed = 0; seed < 50; seed++) {
      SimCluster cluster = new SimCluster(seed, Profile.WAN);
      cluster.network().delays(new long[][] {{0, 150 * MILLI}, {150 * MILLI, 0}});
      cluster.network().quality(0.01, 0, 0.1);
      for (int i = 0; i < 6; i++) {
        cluster.add(i % 2, i == 0 ? new SimNode[0] : new SimNode[] {cluster.node(0)});
      }
      assertTrue(cluster.converge(30 * SECOND));
      cluster.run(cluster.random().nextLong(5 * SECOND));
      cluster.node(3).host().crash();
      assertTrue(cluster.converge(10 * SECOND), "seed " + seed);
    }
  }

  private static SimCluster formed(long seed, int nodes) {
    SimCluster cluster = new SimCluster(seed, Profile.LAN).start(nodes);
    assertTrue(cluster.converge(10 * SECOND));
    return cluster;
  }

  private static long count(SimCluster cluster, Kind kind) {
    return cluster.nodes().stream()
        .flatMap(node -> node.events().stream())
        .filter(event -> event.kind() == kind)
        .count();
  }

  private static int index(SimNode node, Kind kind) {
    List<SimNode.Seen> events = node.events();
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).kind() == kind) {
        return i;
      }
    }
    throw new AssertionError(node.name() + " never saw " + kind);
  }

  private static java.net.InetSocketAddress addressOf(SimNode node, String name) {
    return node.gossip().members().stream()
        .filter(member -> member.name().equals(name))
        .findFirst()
        .orElseThrow()
        .address();
  }
}
