package bifrost.it.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bifrost.it.bench.FaultLoad;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Calls that end in every way leave no reservation, and what is settled is what their upstream has
 * reported. The same with 10,000 of them: {@code ./bifrost bench faults}.
 */
class SettledTruthIT {
  private static final int CALLS = 300;

  @Test
  void whateverWayACallEndsItsReportedUsageIsSettledAndNothingStaysHeld() throws Exception {
    long seed = Long.getLong("bifrost.seed", System.nanoTime());
    try (FaultLoad load = new FaultLoad(seed)) {
      FaultLoad.Report report = load.run(CALLS);
      assertEquals(List.of(), report.faults(), () -> "seed " + seed + "\n" + report.results());
    }
  }
}
