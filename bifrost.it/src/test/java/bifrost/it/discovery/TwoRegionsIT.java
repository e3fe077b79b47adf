package bifrost.it.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.tck.dns.DnsServer;
import bifrost.tck.etcd.EtcdCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two regions of three real pods each, which know nothing of each other but the backend: one
 * cluster, through a kill, a pause and a change of address.
 */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class TwoRegionsIT {
  private final List<Pod> pods = new ArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void close() {
    pods.forEach(Pod::close);
  }

  @Test
  void etcdJoinsTwoRegionsAndForgetsWhoIsGone() throws Exception {
    assumeTrue(EtcdCluster.isInstalled(), EtcdCluster.MISSING);
    try (Backend.Etcd etcd = new Backend.Etcd()) {
      startSix(etcd);
      Pod killed = pods.get(1);
      Pod paused = pods.get(4);
      killed.gateway().kill();
      paused.gateway().pause();
      Pod.await("etcd forgets the killed pod", () -> !registered(etcd).contains(killed.id()));
      Pod.await("etcd forgets the paused pod", () -> !registered(etcd).contains(paused.id()));
      paused.gateway().resume();
      awaitAll("the killed pod is declared, the paused one is back", others(killed), killed);
      Pod.await("it registers again", () -> registered(etcd).contains(paused.id()));

      moveAway(killed, etcd);
      awaitAll("all six are there", ids(), null);
      Pod.await("all six are registered", () -> registered(etcd).equals(ids()));
      String value = etcd.value(killed.id());
      Pod moved = pods.get(1);
      assertEquals(
          "{\"node_id\":\"%s\",\"address\":\"127.0.0.1:%d\",\"region\":\"eu\"}"
              .formatted(moved.id(), moved.gossipPort()),
          value);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "bifrost.long", matches = "true")
  void dnsJoinsTwoRegions() throws Exception {
    assumeTrue(DnsServer.isInstalled(), DnsServer.MISSING);
    try (Backend.Dns dns = new Backend.Dns()) {
      joinLeaveAndReturn(dns);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "bifrost.long", matches = "true")
  void consulJoinsTwoRegions() throws Exception {
    try (Backend.Consul consul = new Backend.Consul()) {
      joinLeaveAndReturn(consul);
      assertEquals(ids(), registered(consul));
    }
  }

  private void joinLeaveAndReturn(Backend backend) throws Exception {
    startSix(backend);
    Pod killed = pods.get(1);
    killed.gateway().kill();
    awaitAll("the killed pod is declared", others(killed), killed);
    Pod stopped = pods.get(4);
    stopped.gateway().terminate();
    stopped.gateway().awaitExit();
    moveAway(stopped, backend);
    pods.set(1, killed.again(backend));
    killed.close();
    awaitAll("all six are there", ids(), null);
  }

  private void startSix(Backend backend) throws Exception {
    for (int i = 0; i < 6; i++) {
      String region = i < 3 ? "eu" : "us";
      pods.add(new Pod(region + "-" + i, region, folder.resolve(region + i), backend));
    }
    long lastStart = System.nanoTime();
    awaitAll(backend.type() + ": one cluster of six", ids(), null);
    System.out.printf("%.1f s after the last start%n", (System.nanoTime() - lastStart) / 1e9);
  }

  /** Starts a pod that ended again, at another address. */
  private void moveAway(Pod pod, Backend backend) throws Exception {
    Pod moved = pod.elsewhere(backend);
    pods.set(pods.indexOf(pod), moved);
    pod.close();
    String address = "127.0.0.1:" + moved.gossipPort();
    Pod watcher = pods.get(5);
    Pod.await(
        "the others see the pod at its new address",
        () -> watcher.addressOf(moved.id()).equals(address));
  }

  private void awaitAll(String what, Set<String> members, Pod except) throws Exception {
    Pod.await(
        what,
        () ->
            pods.stream()
                .filter(pod -> pod != except)
                .allMatch(pod -> pod.present().equals(members)));
  }

  private Set<String> ids() {
    Set<String> ids = new TreeSet<>();
    pods.forEach(pod -> ids.add(pod.id()));
    return ids;
  }

  private Set<String> others(Pod pod) {
    Set<String> others = ids();
    others.remove(pod.id());
    return others;
  }

  private static Set<String> registered(Backend backend) {
    try {
      return backend.registered();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
