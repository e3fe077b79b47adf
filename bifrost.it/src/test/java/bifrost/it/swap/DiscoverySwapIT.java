package bifrost.it.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.it.discovery.Backend;
import bifrost.it.discovery.Pod;
import bifrost.it.support.GatewayProcess;
import bifrost.it.support.PluginJars;
import bifrost.tck.dns.DnsServer;
import bifrost.tck.etcd.EtcdCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The method of discovery is exchanged under traffic, by the file and by another bundle: nobody is
 * lost, no request fails, and each node is registered all the time.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DiscoverySwapIT {
  private static final int SWAPS = 20;
  private static final int BUNDLE_SWAPS = 3;
  private static final String BUNDLE = "bifrost.discovery.etcd";

  @TempDir private Path folder;

  @Test
  void twentySwapsOfTheMethodLoseNobodyAndFailNothing() throws Exception {
    assumeTrue(EtcdCluster.isInstalled(), EtcdCluster.MISSING);
    List<Backend> backends = new ArrayList<>();
    List<Pod> pods = new ArrayList<>();
    try {
      backends.add(new Backend.Etcd());
      if (DnsServer.isInstalled()) {
        backends.add(new Backend.Dns());
      }
      backends.add(new Backend.Consul());
      Set<String> ids = new TreeSet<>();
      for (String id : List.of("eu-1", "eu-2", "us-1")) {
        pods.add(new Pod(id, id.substring(0, 2), folder.resolve(id), backends.get(0)));
        ids.add(id);
      }
      for (Pod pod : pods) {
        pod.gateway().awaitReady();
      }
      Pod.await("three members", () -> pods.stream().allMatch(pod -> pod.present().equals(ids)));

      try (Watch watch = new Watch(pods, ids);
          Traffic traffic =
              new Traffic(pods.get(0).gateway().port()).connections(4, "echo/echo-1")) {
        for (int i = 1; i <= SWAPS; i++) {
          swap(pods, backends.get(i % backends.size()), backends.get((i - 1) % backends.size()), i);
        }
        Backend last = backends.get(SWAPS % backends.size());
        if (!last.type().equals("etcd")) {
          swap(pods, backends.get(0), last, SWAPS + 1);
        }
        swapBundles(pods.get(0));
        traffic.finish();
        System.out.printf(
            "%d swaps by file, %d of the bundle: %d requests, %d failed; %d looks at the members%n",
            SWAPS, BUNDLE_SWAPS, traffic.requests(), traffic.failed(), watch.looks);
        assertEquals(0, traffic.failed(), () -> String.join("\n", traffic.failures()));
        assertTrue(watch.shrunk.isEmpty(), () -> String.join("\n", watch.shrunk));
        assertTrue(traffic.requests() > SWAPS && watch.looks > SWAPS);
      }
    } finally {
      pods.forEach(Pod::close);
      for (Backend backend : backends) {
        backend.close();
      }
    }
  }

  private static void swap(List<Pod> pods, Backend next, Backend before, int number)
      throws Exception {
    for (Pod pod : pods) {
      pod.use(next);
    }
    for (Pod pod : pods) {
      GatewayProcess gateway = pod.gateway();
      String closes =
          "discovery %s: closes, %s has registered this node".formatted(before.type(), next.type());
      Pod.await(
          "swap %d, %s to %s on %s".formatted(number, before.type(), next.type(), pod.id()),
          () -> closes(gateway) >= number);
      assertTrue(gateway.logText().contains(closes), gateway.logText());
    }
    Pod.await("all are registered", () -> registered(next).size() == pods.size());
  }

  /** Each new version registers the node before the one before it goes. */
  private static void swapBundles(Pod pod) throws Exception {
    GatewayProcess gateway = pod.gateway();
    Path plugin = gateway.data().resolve("plugins/" + BUNDLE + ".jar");
    long before = closes(gateway);
    for (int i = 1; i <= BUNDLE_SWAPS; i++) {
      long wanted = before + i - 1;
      PluginJars.write(PluginJars.of(BUNDLE), "1.0." + i, plugin);
      gateway.awaitLog(BUNDLE + " 1\\.0\\." + i + " .*(started|took over)");
      Pod.await("bundle " + i + " has taken over", () -> closes(gateway) >= wanted);
    }
  }

  private static long closes(GatewayProcess gateway) {
    return gateway.log().stream()
        .filter(line -> line.contains(": closes, ") && line.contains("has registered this node"))
        .count();
  }

  private static Set<String> registered(Backend backend) {
    try {
      return backend.registered();
    } catch (IOException e) {
      return Set.of();
    }
  }

  /** Looks at the members that each pod sees, all the time. */
  private static final class Watch implements AutoCloseable {
    private final Queue<String> shrunk = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile int looks;

    Watch(List<Pod> pods, Set<String> ids) {
      thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!Thread.currentThread().isInterrupted()) {
                      for (Pod pod : pods) {
                        Set<String> present = pod.present();
                        if (!present.equals(ids) && !Thread.currentThread().isInterrupted()) {
                          shrunk.add(pod.id() + " sees only " + present);
                        }
                      }
                      looks++;
                    }
                  });
    }

    @Override
    public void close() throws InterruptedException {
      thread.interrupt();
      thread.join();
    }
  }
}
