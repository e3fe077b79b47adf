package bifrost.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.cluster.MeshRun.Restarted;
import bifrost.it.cluster.MeshRun.Revoked;
import bifrost.it.cluster.MeshRun.Spent;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Six nodes in two regions, 80 ms apart, are one gateway. */
class MeshIT {
  private static final long HUNDRED_DOLLARS = 100_000_000_000L;

  @TempDir private static Path folder;

  private static MeshRun run;

  @BeforeAll
  static void start() throws Exception {
    run = new MeshRun(folder, 2);
  }

  @AfterAll
  static void stop() throws Exception {
    if (run != null) {
      run.close();
    }
  }

  @Test
  void aCallCountsOnAllNodes() throws Exception {
    System.out.println(run.converge(12));
  }

  @Test
  void aBudgetSpentInBothRegionsComesToTheSameTotalOnAllNodesAndInTheDatabase() throws Exception {
    Spent spent = run.spend();
    System.out.println(spent);
    checkTruth(spent);
    assertTrue(spent.stored() > HUNDRED_DOLLARS * 95 / 100, "refused too early: " + spent);
    assertTrue(spent.stored() < HUNDRED_DOLLARS * 105 / 100, "refused too late: " + spent);
  }

  @Test
  void aKeyEndedAtOneNodeIsRefusedByAllOnceThatIsAnswered() throws Exception {
    for (int i = 0; i < 2; i++) {
      Revoked revoked = run.revoke(i);
      System.out.println(revoked);
      assertEquals(0, revoked.acceptedAfter(), revoked::toString);
    }
  }

  @Test
  void theLeaderRestartsUnderLoadAndNothingFailsOrIsLost() throws Exception {
    Restarted restarted = run.restart(List.of(run.mesh().pods().getFirst()));
    System.out.println(restarted);
    assertEquals(List.of(), restarted.failures());
    checkTruth(restarted.spent());
  }

  private static void checkTruth(Spent spent) {
    long truth = spent.accepted() * spent.cost();
    assertEquals(Set.of(truth), Set.copyOf(spent.settled().values()), spent::toString);
    assertEquals(truth, spent.stored(), spent::toString);
  }
}
