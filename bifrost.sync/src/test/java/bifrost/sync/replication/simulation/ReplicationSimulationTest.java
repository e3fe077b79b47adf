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
    long first = Long.getLong("bifrost.seed", 1);
    for (long seed = first; seed < first + 30; seed++) {
      RevocationTrial.Result result = new RevocationTrial(seed).run();
      assertTrue(result.isGood(), "seed " + seed + ": " + result);
    }
  }

  @Test
  void theSameSeedReplaysTheSameLife() {
    for (long seed : new long[] {8, 13, 42}) {
      assertEquals(new Scenario(seed).run(), new Scenario(seed).run());
    }
  }
}
