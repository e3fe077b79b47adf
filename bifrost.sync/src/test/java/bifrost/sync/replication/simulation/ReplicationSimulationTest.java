package bifrost.sync.replication.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * Random clusters under random harm, from the seed in the property {@code bifrost.seed} on; {@link
 * ReplicationBench} runs many more.
 */
class ReplicationSimulationTest {
  private static final int RUNS = 40;

  @Test
  void afterHealingAllNodesAreEqualAndTheCountersAreWhatWasAdded() {
    long first = Long.getLong("bifrost.seed", 1);
    for (long seed = first; seed < first + RUNS; seed++) {
      assertEquals("", new Scenario(seed).run().failure());
    }
  }

  @Test
  void aRevokedKeyIsGoneEverywhereAndNeverBack() {
    for (long seed = 1; seed <= 30; seed++) {
      RevocationBench.Trial trial = RevocationBench.trial(seed);
      assertEquals(0, trial.resurrections(), "seed " + seed);
      assertTrue(trial.lastNanos() >= 0 && trial.lateNanos() >= 0, "seed " + seed + ": " + trial);
    }
  }

  @Test
  void theSameSeedReplaysTheSameLife() {
    assertEquals(new Scenario(42).run(), new Scenario(42).run());
  }
}
