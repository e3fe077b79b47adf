package bifrost.sync.replication.simulation;

import static bifrost.sync.replication.simulation.SimCluster.SECOND;

import bifrost.api.cluster.MemberSync;
import bifrost.api.cluster.ReplicationState;
import java.util.List;

/** What tests of single rules start from: nodes n0, n1 and so on, spread over regions. */
abstract class ReplicationRules {
  final SimCluster cluster = new SimCluster(1, false, (link, message) -> {});

  /** Starts the nodes and waits until they are linked. */
  final void start(int count, int regions) {
    cluster.delays(40, 0.3);
    for (int i = 0; i < count; i++) {
      cluster.start("n" + i, "r" + i % regions, 0, List.of(), List.of());
    }
    cluster.run(12 * SECOND);
  }

  final SimNode node(int index) {
    return cluster.nodes().get("n" + index);
  }

  final ReplicationState state(int index) {
    return node(index).engine().state();
  }

  /** What one node says of another. */
  final MemberSync sync(int of, int with) {
    return state(of).members().stream()
        .filter(member -> member.node().equals("n" + with))
        .findFirst()
        .orElseThrow();
  }
}
