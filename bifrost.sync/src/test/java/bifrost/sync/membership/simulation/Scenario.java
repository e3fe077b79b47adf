package bifrost.sync.membership.simulation;

import bifrost.sync.membership.protocol.NodeListener.Kind;
import bifrost.sync.membership.protocol.Profile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A random life of a random cluster: it forms, is left alone, is hurt in several ways at once, is
 * healed, and must then agree again on who is there.
 */
public final class Scenario {
  private static final long SECOND = SimCluster.SECOND;
  private static final long MILLI = SimCluster.MILLI;

  private final long seed;
  private final Random random;
  private final int size;
  private final int regions;
  private final double loss;
  private final SimCluster cluster;
  private final Map<String, Long> crashed = new HashMap<>();
  private final Set<SimHost> disturbed = new HashSet<>();

  /**
   * What came of it.
   *
   * @param failure what was wrong; empty when nothing was
   * @param firstDetections crash to first declaration, nanoseconds each
   * @param lastDetections crash to declaration by the last observer
   * @param falsePositives declarations of nodes that were never hurt, by nodes never hurt
   * @param disturbedPositives declarations of living nodes that were paused, stalled or cut off
   * @param nodeSeconds time lived by all nodes together
   * @param formed time to form, nanoseconds
   * @param healed time from healing to agreement, nanoseconds
   */
  public record Result(
      String failure,
      int size,
      int regions,
      double loss,
      List<Long> firstDetections,
      List<Long> lastDetections,
      int falsePositives,
      int disturbedPositives,
      double nodeSeconds,
      long formed,
      long healed) {}

  public Scenario(long seed) {
    this.seed = seed;
    this.random = new Random(seed * 0x9e3779b97f4a7c15L);
    this.size = 5 + (int) (96 * Math.pow(random.nextDouble(), 6));
    this.regions = 1 + random.nextInt(5);
    this.loss = random.nextDouble() * 0.2;
    this.cluster = new SimCluster(seed, regions == 1 ? Profile.LAN : Profile.WAN);
  }

  public Result run() {
    cluster.network().quality(loss, random.nextDouble() * 0.02, random.nextDouble() * 0.5);
    cluster.network().delays(delays());
    for (int i = 0; i < size; i++) {
      SimNode first = i == 0 ? null : cluster.node(random.nextInt(Math.min(i, 3)));
      cluster.add(i % regions, first == null ? new SimNode[0] : new SimNode[] {first});
      cluster.run((long) (random.nextDouble() * 200 * MILLI));
    }
    if (!cluster.converge(300 * SECOND)) {
      return result("did not form", 0, 0);
    }
    long formed = cluster.time().now();
    cluster.run(20 * SECOND);
    hurt();
    cluster.network().heal();
    long healing = cluster.time().now();
    boolean agreed = cluster.converge(300 * SECOND);
    long healed = cluster.time().now() - healing;
    if (!agreed) {
      return result("views did not converge after healing", formed, healed);
    }
    cluster.run(10 * SECOND);
    return result(missed(), formed, healed);
  }

  private long[][] delays() {
    long[][] delays = new long[regions][regions];
    for (int a = 0; a < regions; a++) {
      for (int b = 0; b < a; b++) {
        delays[a][b] = (10 + random.nextInt(140)) * MILLI;
        delays[b][a] = delays[a][b];
      }
    }
    return delays;
  }

  private void hurt() {
    int crashes = 1 + random.nextInt(Math.max(1, size / 5));
    for (int i = 0; i < crashes; i++) {
      SimNode victim = anyRunning();
      if (cluster.running().size() > 3) {
        crashed.put(victim.name(), cluster.time().now());
        victim.host().crash();
      }
      cluster.run(random.nextLong(SECOND));
    }
    for (int i = random.nextInt(1 + size / 5); i > 0; i--) {
      SimHost host = anyRunning().host();
      disturbed.add(host);
      long nanos = random.nextLong(1, 12) * SECOND;
      if (random.nextBoolean()) {
        host.pause(nanos);
      } else {
        host.stall(nanos);
      }
    }
    cluster.run(random.nextLong(10 * SECOND));
    switch (random.nextInt(3)) {
      case 0 -> partition();
      case 1 -> oneWay();
      default -> {}
    }
    cluster.run((5 + random.nextInt(60)) * SECOND);
  }

  /** Cuts a region off, or a random part in a cluster of one region. */
  private void partition() {
    Set<SimHost> side = new HashSet<>();
    int region = random.nextInt(regions);
    for (SimNode node : cluster.nodes()) {
      if (regions > 1 ? node.host().region() == region : random.nextBoolean()) {
        side.add(node.host());
      }
      disturbed.add(node.host());
    }
    cluster.network().cut((from, to) -> side.contains(from) != side.contains(to));
  }

  /** Cuts single directions between random pairs. */
  private void oneWay() {
    Set<List<SimHost>> links = new HashSet<>();
    for (int i = random.nextInt(1, size); i > 0; i--) {
      SimHost from = anyRunning().host();
      SimHost to = anyRunning().host();
      links.add(List.of(from, to));
      disturbed.add(from);
      disturbed.add(to);
    }
    cluster.network().cut((from, to) -> links.contains(List.of(from, to)));
  }

  private SimNode anyRunning() {
    List<SimNode> running = cluster.running();
    return running.get(random.nextInt(running.size()));
  }

  private String missed() {
    for (SimNode node : cluster.running()) {
      for (String victim : crashed.keySet()) {
        boolean told =
            node.events().stream()
                .anyMatch(
                    event ->
                        event.name().equals(victim)
                            && event.kind() == Kind.FAILED
                            && event.at() >= crashed.get(victim));
        if (!told) {
          return node.name() + " was never told that " + victim + " failed";
        }
      }
    }
    return "";
  }

  private Result result(String failure, long formed, long healed) {
    List<Long> first = new ArrayList<>();
    List<Long> last = new ArrayList<>();
    int falsePositives = 0;
    int disturbedPositives = 0;
    Map<String, Long> earliest = new HashMap<>();
    Map<String, Long> latest = new HashMap<>();
    Map<String, SimHost> hosts = new HashMap<>();
    cluster.nodes().forEach(node -> hosts.put(node.name(), node.host()));
    for (SimNode node : cluster.nodes()) {
      for (SimNode.Seen event : node.events()) {
        if (event.kind() != Kind.FAILED) {
          continue;
        }
        Long at = crashed.get(event.name());
        if (at != null && event.at() >= at) {
          earliest.merge(event.name(), event.at() - at, Math::min);
          if (!disturbed.contains(node.host()) && !node.host().isCrashed()) {
            latest.merge(event.name(), event.at() - at, Math::max);
          }
        } else if (disturbed.contains(hosts.get(event.name())) || disturbed.contains(node.host())) {
          disturbedPositives++;
        } else {
          falsePositives++;
        }
      }
    }
    first.addAll(earliest.values());
    last.addAll(latest.values());
    return new Result(
        failure.isEmpty() ? "" : "seed " + seed + ": " + failure,
        size,
        regions,
        loss,
        first,
        last,
        falsePositives,
        disturbedPositives,
        cluster.time().now() / 1e9 * size,
        formed,
        healed);
  }
}
