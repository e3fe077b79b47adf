package bifrost.sync.replication.simulation;

import static bifrost.sync.replication.simulation.SimCluster.MILLI;
import static bifrost.sync.replication.simulation.SimCluster.SECOND;

import bifrost.sync.replication.grpc.FrameBytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * 50 pods in 5 regions, 80 ms between regions there and back, 5,000 requests a second over 10,000
 * counters: how long counts take to all pods, and how many bytes cross between two regions.
 * Arguments: seconds (20), counters that one request adds to (2), pods (50), requests a second.
 */
public final class ScaleBench {
  private static final int REGIONS = 5;
  private static final int COUNTERS = 10_000;
  private static final double ONE_WAY = 40;

  private final SimCluster cluster;
  private final Map<SimWire.SimLink, FrameBytes> encoders = new HashMap<>();
  private final TreeMap<String, Long> bytes = new TreeMap<>();
  private final Map<String, Long> kinds = new TreeMap<>();
  private boolean measuring;

  private ScaleBench() {
    cluster =
        new SimCluster(
            1,
            false,
            (link, message) -> {
              String from = region(link.from());
              String to = region(link.to());
              int size = encoders.computeIfAbsent(link, any -> new FrameBytes()).of(message);
              if (measuring && !from.equals(to)) {
                bytes.merge(from + " -> " + to, (long) size, Long::sum);
                kinds.merge(message.getClass().getSimpleName(), (long) size, Long::sum);
              }
            });
    cluster.delays(ONE_WAY, 0.3);
  }

  private String region(String id) {
    return cluster.region(id);
  }

  /** Runs it. */
  public static void main(String[] args) {
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 20;
    int perRequest = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    int pods = args.length > 2 ? Integer.parseInt(args[2]) : 50;
    int requests = args.length > 3 ? Integer.parseInt(args[3]) : 5_000;
    new ScaleBench().run(seconds, perRequest, pods, requests);
  }

  private void run(int seconds, int perRequest, int pods, int requests) {
    for (int i = 0; i < pods; i++) {
      cluster.start("n%02d".formatted(i), "r" + i % REGIONS, 0, List.of(), List.of());
    }
    cluster.run(10 * SECOND);
    Random random = new Random(5);
    List<SimNode> nodes = List.copyOf(cluster.nodes().values());
    load(nodes, random, 5, perRequest, requests, new ArrayList<>());
    measuring = true;
    List<Long> took = new ArrayList<>();
    load(nodes, random, seconds, perRequest, requests, took);
    measuring = false;
    Collections.sort(took);
    System.out.printf(
        "%d pods in %d regions, %d requests/s x %d counters of %d: %d values followed%n",
        pods, REGIONS, requests, perRequest, COUNTERS, took.size());
    System.out.printf(
        "at the last pod after: p50 %d ms, p99 %d ms, max %d ms (target p99 %d ms)%n",
        at(took, 0.5), at(took, 0.99), at(took, 1), (long) (2 * 2 * ONE_WAY + 250));
    bytes.forEach((pair, sum) -> System.out.printf("%s %.1f kB/s%n", pair, sum / 1e3 / seconds));
    System.out.printf(
        "mean %.1f kB/s for a direction of a pair of regions%n",
        bytes.values().stream().mapToLong(sum -> sum).average().orElse(0) / 1e3 / seconds);
    kinds.forEach((kind, sum) -> System.out.printf("%s %.1f kB/s%n", kind, sum / 1e3 / seconds));
    System.out.printf("equal %.1f s after the load%n", cluster.converge(30 * SECOND) / 1e9);
  }

  private void load(
      List<SimNode> nodes,
      Random random,
      int seconds,
      int perRequest,
      int requests,
      List<Long> took) {
    long end = cluster.time.now() + seconds * SECOND;
    List<Followed> followed = new ArrayList<>();
    int step = 0;
    while (cluster.time.now() < end) {
      cluster.run(5 * MILLI);
      for (int i = 0; i < requests * perRequest / 200; i++) {
        SimNode node = nodes.get(random.nextInt(nodes.size()));
        node.add(
            "vk-%05d-budget".formatted(random.nextInt(COUNTERS)), 1 + random.nextInt(5_000_000));
      }
      if (++step % 10 == 0) {
        SimNode node = nodes.get(random.nextInt(nodes.size()));
        String counter = "followed-" + cluster.time.now();
        node.add(counter, 1);
        followed.add(new Followed(counter, cluster.time.now()));
      }
      followed.removeIf(one -> arrived(one, nodes, took));
    }
    cluster.run(SECOND);
    followed.removeIf(one -> arrived(one, nodes, new ArrayList<>()));
    if (!followed.isEmpty()) {
      System.out.println("NOT ARRIVED: " + followed);
    }
  }

  private record Followed(String counter, long since) {}

  private boolean arrived(Followed one, List<SimNode> nodes, List<Long> took) {
    for (SimNode node : nodes) {
      if (node.total(one.counter()) == 0) {
        return false;
      }
    }
    took.add((cluster.time.now() - one.since()) / MILLI);
    return true;
  }

  private static long at(List<Long> sorted, double share) {
    return sorted.isEmpty() ? -1 : sorted.get((int) (share * (sorted.size() - 1)));
  }
}
