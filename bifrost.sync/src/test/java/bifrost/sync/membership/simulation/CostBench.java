package bifrost.sync.membership.simulation;

import bifrost.sync.membership.protocol.GossipNode;
import bifrost.sync.membership.protocol.Profile;
import bifrost.sync.membership.protocol.Stats;
import bifrost.sync.membership.wire.Keyring;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * What a node costs in a quiet cluster, and while a tenth of the members change their metadata
 * every minute: real encoding and encryption, simulated network.
 */
public final class CostBench {
  private static final long MEASURED = 120;

  private CostBench() {}

  public static void main(String[] args) {
    System.out.println(
        "profile  members  load   packets/s  bytes/s (packets)  bytes/s (streams)  CPU ms/s");
    run(Profile.LAN, 100, true, false); // warm up
    for (Profile profile : new Profile[] {Profile.LAN, Profile.WAN}) {
      for (int size : new int[] {6, 50, 200}) {
        run(profile, size, false, true);
        run(profile, size, true, true);
      }
    }
  }

  private static void run(Profile profile, int size, boolean churn, boolean print) {
    SimCluster cluster = new SimCluster(1, profile, Keyring.of(List.of(new byte[32])));
    cluster.start(size);
    if (!cluster.converge(600 * SimCluster.SECOND)) {
      throw new IllegalStateException("did not form");
    }
    cluster.run(60 * SimCluster.SECOND);
    long[] before = sums(cluster);
    long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (int second = 0; second < MEASURED; second++) {
      if (churn && second % Math.max(1, 600 / size) == 0) {
        int index = 1 + cluster.random().nextInt(size - 1);
        cluster.node(index).gossip().describe(new byte[] {(byte) second});
      }
      cluster.run(SimCluster.SECOND);
    }
    cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
    long[] after = sums(cluster);
    double per = (double) MEASURED * size;
    if (print) {
      System.out.printf(
          "%-7s  %7d  %-5s  %9.1f  %17.0f  %17.0f  %8.3f%n",
          profile == Profile.LAN ? "LAN" : "WAN",
          size,
          churn ? "churn" : "quiet",
          (after[0] - before[0]) / per,
          (after[1] - before[1]) / per,
          (after[2] - before[2]) / per,
          cpu / 1e6 / per);
    }
  }

  private static long[] sums(SimCluster cluster) {
    long[] sums = new long[3];
    for (SimNode node : cluster.nodes()) {
      GossipNode gossip = node.gossip();
      Stats stats = gossip.stats();
      sums[0] += stats.packetsOut.sum();
      sums[1] += stats.packetBytesOut.sum();
      sums[2] += stats.streamBytesOut.sum();
    }
    return sums;
  }
}
