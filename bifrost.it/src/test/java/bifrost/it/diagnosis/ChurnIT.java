package bifrost.it.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.it.discovery.Backend;
import bifrost.it.discovery.ConsulBackend;
import bifrost.it.discovery.DnsBackend;
import bifrost.it.discovery.EtcdBackend;
import bifrost.it.discovery.Pod;
import bifrost.it.support.Await;
import bifrost.it.swap.Traffic;
import bifrost.tck.dns.DnsServer;
import bifrost.tck.etcd.EtcdCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten minutes of a healthy cluster in which much happens: six pods in two regions are restarted,
 * killed, moved to other addresses, away for a while, stopped for seconds, and find each other by
 * one method after another, under load. No node may report anything, unless a pod was away for
 * longer than the documented grace. {@code ChurnTest} of {@code bifrost.sync} is the same in
 * virtual time.
 *
 * <p>{@code -Dbifrost.churn=PT2M} makes it shorter, {@code -Dbifrost.churn.pods=4} smaller, {@code
 * -Dbifrost.seed=7} repeats what is done.
 */
@EnabledIfSystemProperty(named = "bifrost.long", matches = "true")
class ChurnIT {
  private static final Duration LENGTH =
      Duration.parse(System.getProperty("bifrost.churn", "PT10M"));
  private static final int PODS = Integer.getInteger("bifrost.churn.pods", 6);

  /** How long it may take until all are members again; starts are slow on a busy machine. */
  private static final Duration WHOLE = Duration.ofMinutes(6);

  private static final int LONGEST_AWAY_SECONDS = 25;
  private static final int LONGEST_REST_SECONDS = 15;
  private static final int SWAP_EVERY = 6;

  private final List<Backend> backends = new ArrayList<>();
  private final List<Pod> pods = new ArrayList<>();

  @TempDir private Path folder;

  /** What is done to one pod; then all are there again. */
  private enum Kind {
    RESTART,
    KILL,
    MOVE,
    KILL_AND_MOVE,
    LEAVE,
    FREEZE
  }

  @AfterEach
  void close() throws Exception {
    pods.forEach(Pod::close);
    for (Backend backend : backends) {
      backend.close();
    }
  }

  @Test
  void churnOfAHealthyClusterRaisesNoAlarm() throws Exception {
    assumeTrue(EtcdCluster.isInstalled() && DnsServer.isInstalled(), "no etcd or no DNS server");
    long seed = Long.getLong("bifrost.seed", System.nanoTime());
    System.out.println("churn with seed " + seed);
    Random random = new Random(seed);
    backends.addAll(List.of(new EtcdBackend(), new DnsBackend(), new ConsulBackend()));
    for (int i = 0; i < PODS; i++) {
      String region = i % 2 == 0 ? "eu" : "us";
      String id = region + "-" + i;
      pods.add(new Pod(id, region, folder.resolve(id), backends.getFirst()));
    }
    awaitWhole("the first time");
    try (Watch watch = new Watch(pods);
        Traffic traffic =
            new Traffic(pods.getFirst().gateway().port()).connections(2, "echo/echo-1")) {
      long end = System.nanoTime() + LENGTH.toNanos();
      int backend = 0;
      int done = 0;
      for (; System.nanoTime() < end; done++) {
        if (done % SWAP_EVERY == SWAP_EVERY - 1) {
          backend = (backend + 1) % backends.size();
          watch.note("all pods find each other by " + backends.get(backend).type());
          for (Pod pod : pods) {
            pod.use(backends.get(backend));
          }
        } else {
          disturb(random, backends.get(backend), watch);
        }
        Thread.sleep(Duration.ofSeconds(random.nextInt(LONGEST_REST_SECONDS)));
      }
      traffic.finish();
      System.out.printf(
          "%d events in %s: %d looks, %d of %d requests failed, %d findings that the churn explains%n",
          done, LENGTH, watch.looks(), traffic.failed(), traffic.requests(), watch.explained());
      assertEquals(List.of(), watch.alarms(), "seed " + seed);
      assertEquals(List.of(), traffic.failures(), "seed " + seed);
      assertTrue(watch.looks() > LENGTH.toSeconds() && done > 1);
    }
  }

  /** Does something to one pod, or to one in each region at once. */
  private void disturb(Random random, Backend backend, Watch watch) throws Exception {
    Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
    List<Integer> chosen = new ArrayList<>(List.of(1 + random.nextInt(pods.size() - 1)));
    if (random.nextInt(3) == 0) {
      int other = 1 + random.nextInt(pods.size() - 1);
      if (other % 2 != chosen.getFirst() % 2) {
        chosen.add(other);
      }
    }
    int away = random.nextInt(LONGEST_AWAY_SECONDS);
    for (int index : chosen) {
      Pod pod = pods.get(index);
      watch.away(pod.id(), kind + ", for " + away + " s and its start");
      switch (kind) {
        case FREEZE -> pod.gateway().pause();
        case KILL, KILL_AND_MOVE -> pod.gateway().kill();
        case RESTART, MOVE, LEAVE -> {
          pod.gateway().terminate();
          pod.gateway().awaitExit();
        }
      }
    }
    boolean quick = kind != Kind.LEAVE && kind != Kind.KILL;
    Thread.sleep(Duration.ofSeconds(quick ? Math.min(away, 5) : away));
    for (int index : chosen) {
      Pod pod = pods.get(index);
      if (kind == Kind.FREEZE) {
        pod.gateway().resume();
      } else {
        boolean moves = kind == Kind.MOVE || kind == Kind.KILL_AND_MOVE;
        pods.set(index, moves ? pod.elsewhere(backend) : pod.again(backend));
        pod.close();
        watch.instead(pod, pods.get(index));
      }
    }
    awaitWhole(kind.toString());
    chosen.forEach(index -> watch.back(pods.get(index).id()));
  }

  private void awaitWhole(String after) throws Exception {
    Set<String> ids = new TreeSet<>();
    pods.forEach(pod -> ids.add(pod.id()));
    Await.until(
        WHOLE,
        "not all see each other, " + after,
        () -> Pod.logs(pods),
        () -> pods.stream().allMatch(pod -> pod.present().equals(ids)));
  }
}
