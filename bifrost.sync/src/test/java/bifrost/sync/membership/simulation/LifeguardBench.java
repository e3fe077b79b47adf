package bifrost.sync.membership.simulation;

import bifrost.sync.membership.protocol.NodeListener.Kind;
import bifrost.sync.membership.protocol.Profile;
import java.util.HashSet;
import java.util.Set;

/**
 * What Lifeguard is worth: some members process their messages slowly, in bursts; how often do they
 * have healthy ones declared dead, with and without it. Argument: seeds per line.
 */
public final class LifeguardBench {
  private static final int NODES = 64;
  private static final long MINUTES = 5;

  private LifeguardBench() {}

  public static void main(String[] args) {
    int seeds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
    System.out.printf(
        "%d nodes, %d minutes, %d seeds; declarations of healthy members%n", NODES, MINUTES, seeds);
    for (Profile profile : new Profile[] {Profile.LAN, Profile.WAN}) {
      for (int slow : new int[] {4, 16, 32}) {
        int[] swim = {0, 0};
        int[] lifeguard = {0, 0};
        for (int seed = 0; seed < seeds; seed++) {
          run(seed, plainSwim(profile), slow, swim);
          run(seed, profile, slow, lifeguard);
        }
        System.out.printf(
            "%s, %2d slow members: SWIM %6d, with Lifeguard %4d (%.2f %%);"
                + " all living: SWIM %6d, with Lifeguard %5d%n",
            profile == Profile.LAN ? "LAN" : "WAN",
            slow,
            swim[0],
            lifeguard[0],
            swim[0] == 0 ? 0 : 100.0 * lifeguard[0] / swim[0],
            swim[1],
            lifeguard[1]);
      }
    }
  }

  private static Profile plainSwim(Profile p) {
    return new Profile(
        p.probeInterval(),
        p.ackTimeout(),
        p.probeTimeout(),
        p.indirectChecks(),
        1,
        false,
        p.suspicionMult(),
        1,
        0,
        p.gossipInterval(),
        p.gossipNodes(),
        p.gossipToDead(),
        p.retransmitMult(),
        p.pushPullInterval(),
        p.streamTimeout(),
        p.reclaimAfter(),
        p.reapAfter(),
        p.rejoinMin(),
        p.rejoinMax(),
        p.packetBytes());
  }

  /** Adds declarations of healthy members, and of all living ones. */
  static void run(long seed, Profile profile, int slow, int[] counts) {
    SimCluster cluster = new SimCluster(seed, profile).start(NODES);
    if (!cluster.converge(120 * SimCluster.SECOND)) {
      throw new IllegalStateException("seed " + seed + " did not form");
    }
    Set<String> stalled = new HashSet<>();
    for (int i = 0; i < slow; i++) {
      SimNode node = cluster.node(1 + i);
      stalled.add(node.name());
      stall(cluster, node);
    }
    cluster.run(MINUTES * 60 * SimCluster.SECOND);
    for (SimNode node : cluster.nodes()) {
      for (SimNode.Seen event : node.events()) {
        if (event.kind() == Kind.FAILED) {
          counts[0] += stalled.contains(event.name()) ? 0 : 1;
          counts[1]++;
        }
      }
    }
  }

  /** Stalls for 1 to 8 seconds, works for up to a second, and so on. */
  private static void stall(SimCluster cluster, SimNode node) {
    long stall = cluster.random().nextLong(1_000, 8_000) * SimCluster.MILLI;
    long work = cluster.random().nextLong(10, 1_000) * SimCluster.MILLI;
    node.host().stall(stall);
    cluster.time().at(cluster.time().now() + stall + work, () -> stall(cluster, node));
  }
}
