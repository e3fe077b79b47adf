package bifrost.governance.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * Hard budgets that are shared among the nodes of a cluster: whatever is lost, doubled, delayed or
 * cut off, and however clocks differ and nodes crash, no window is overspent. A failure prints its
 * seed.
 */
class HardBudgetSimulationTest {
  private static final int HISTORIES = Integer.getInteger("bifrost.histories", 300);

  @Test
  void noWindowIsEverOverspentAndAllOfItCanBeSpent() {
    long first = Long.getLong("bifrost.seed", System.nanoTime());
    int histories = Long.getLong("bifrost.seed") == null ? HISTORIES : 1;
    for (int i = 0; i < histories; i++) {
      long seed = first + i;
      String told = "-Dbifrost.seed=" + seed;
      HardBudgetCluster cluster = new HardBudgetCluster(seed, true);
      cluster.live();
      assertEquals(0, cluster.overspentWindows(), told);
      double spent = cluster.spendWhatIsLeft();
      assertEquals(0, cluster.overspentWindows(), told);
      assertTrue(spent >= 0.95, () -> told + ": only " + spent + " of the last window was spent");
    }
  }

  /** The same histories without shares do overspend: the simulation can tell. */
  @Test
  void withoutSharesTheSameHistoriesOverspend() {
    int overspent = 0;
    for (long seed = 0; seed < 20; seed++) {
      HardBudgetCluster cluster = new HardBudgetCluster(seed, false);
      cluster.live();
      overspent += cluster.overspentWindows() > 0 ? 1 : 0;
    }
    assertTrue(overspent >= 10, overspent + " of 20 histories overspent");
  }
}
