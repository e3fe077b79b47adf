package bifrost.sync.membership.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * Random clusters under random harm, from the seed in the property {@code bifrost.seed} on; {@link
 * SimulationBench} runs many more.
 */
class SimulationTest {
  private static final int RUNS = 15;

  @Test
  void everyCrashIsDetectedAndViewsConvergeAfterHealing() {
    long first = Long.getLong("bifrost.seed", 1);
    int falsePositives = 0;
    double nodeHours = 0;
    for (long seed = first; seed < first + RUNS; seed++) {
      Scenario.Result result = new Scenario(seed).run();
      assertEquals("", result.failure());
      falsePositives += result.falsePositives();
      nodeHours += result.nodeSeconds() / 3_600;
    }
    assertTrue(
        falsePositives <= 1 + nodeHours / 10,
        falsePositives + " false positives in " + nodeHours + " node hours, seeds from " + first);
  }

  @Test
  void theSameSeedReplaysTheSameLife() {
    assertEquals(new Scenario(42).run(), new Scenario(42).run());
  }
}
