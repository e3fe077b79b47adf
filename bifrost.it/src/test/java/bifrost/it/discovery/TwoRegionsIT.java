package bifrost.it.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.tck.dns.DnsServer;
import bifrost.tck.etcd.EtcdCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real pods of two regions, which know nothing of each other but the backend: one cluster, through
 * kills, pauses and changes of address. By default one pod in each region for each method, all at
 * once; on demand three for each method, one method after the other.
 */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class TwoRegionsIT {
  private static final String LONG = "bifrost.long";

  private final List<Pods> clusters = new ArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    for (Pods pods : clusters) {
      pods.close();
    }
  }

  @Test
  void eachMethodJoinsTwoRegionsAndTakesAKilledPodBack() throws Exception {
    for (Backend backend : Backend.global()) {
      pods(backend).start(1, 2);
    }
    for (Pods each : clusters) {
      each.awaitFirstJoin();
    }
    Pods pods = clusters.get(0);
    pods.get(1).gateway().kill();
    pods.awaitAllBut(pods.get(1));
    pods.startAgain(1);
    pods.awaitAll();
    pods.awaitRegistered(pods.get(1), true);
  }

  @Test
  @EnabledIfSystemProperty(named = LONG, matches = "true")
  void etcdJoinsSixPodsAndForgetsWhoIsGone() throws Exception {
    assumeTrue(EtcdCluster.isInstalled(), EtcdCluster.MISSING);
    EtcdBackend etcd = new EtcdBackend();
    Pods pods = pods(etcd);
    joinKillPauseAndMove(pods);
    assertEquals(
        "{\"node_id\":\"us-0\",\"address\":\"%s\",\"region\":\"us\"}"
            .formatted(pods.get(1).address()),
        etcd.value("us-0"));
  }

  @Test
  @EnabledIfSystemProperty(named = LONG, matches = "true")
  void dnsJoinsSixPodsAndGossipForgetsWhoIsGone() throws Exception {
    assumeTrue(DnsServer.isInstalled(), DnsServer.MISSING);
    joinKillPauseAndMove(pods(new DnsBackend()));
  }

  @Test
  @EnabledIfSystemProperty(named = LONG, matches = "true")
  void consulJoinsSixPodsAndForgetsWhoIsGone() throws Exception {
    joinKillPauseAndMove(pods(new ConsulBackend()));
  }

  /** Six pods: one of us is killed, one of eu is paused, the killed one comes back elsewhere. */
  private static void joinKillPauseAndMove(Pods pods) throws Exception {
    pods.start(3, 2);
    pods.awaitFirstJoin();
    Backend backend = pods.backend();
    Pod killed = pods.get(1);
    killed.gateway().kill();
    pods.awaitAllBut(killed);
    if (backend.forgetsTheKilled()) {
      pods.awaitRegistered(killed, false);
    }
    Pod moved = pods.startElsewhere(1);
    pods.awaitAll();
    pods.awaitRegistered(moved, true);

    Pod paused = pods.get(2);
    paused.gateway().pause();
    pods.awaitAllBut(paused);
    if (backend.forgetsThePaused()) {
      pods.awaitRegistered(paused, false);
    } else {
      assertTrue(backend.registered().contains(paused.id()), "gossip alone declares it");
    }
    paused.gateway().resume();
    pods.awaitAll();
    pods.awaitRegistered(paused, true);
  }

  private Pods pods(Backend backend) {
    Pods pods = new Pods(backend, folder);
    clusters.add(pods);
    return pods;
  }
}
