package bifrost.sync.replication.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EngineTest {
  @Test
  void countsAndChangesOfOneNodeReachAllOthersInAllRegions() {
    SimCluster cluster = new SimCluster(1, false, (link, message) -> {});
    cluster.delays(40, 0.3);
    for (int i = 0; i < 6; i++) {
      cluster.start("n" + i, "r" + i % 2, 0, List.of(), List.of());
    }
    cluster.run(5 * SimCluster.SECOND);
    cluster.nodes().get("n3").add("budget", 7);
    cluster.nodes().get("n3").configuration().write("t", Optional.of("x"));
    long took = cluster.converge(10 * SimCluster.SECOND);
    System.out.println(took / 1e6);
    assertTrue(took >= 0);
    assertEquals(7, SimCluster.slots(cluster.nodes().get("n0")).get("budget n3/4"));
  }
}
