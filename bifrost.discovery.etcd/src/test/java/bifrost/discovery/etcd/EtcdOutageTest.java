package bifrost.discovery.etcd;

import static bifrost.discovery.etcd.Sessions.A;
import static bifrost.discovery.etcd.Sessions.B;
import static bifrost.discovery.etcd.Sessions.C;
import static bifrost.discovery.etcd.Sessions.awaitSees;
import static bifrost.discovery.etcd.Sessions.sees;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.tck.discovery.RecordingObserver;
import bifrost.tck.etcd.EtcdCluster;
import bifrost.tck.network.Relay;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Servers that fail, forget, or want credentials: each test has its own. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class EtcdOutageTest {
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final String SERVICE = "test";

  @BeforeEach
  void check() {
    assumeTrue(EtcdCluster.isInstalled(), EtcdCluster.MISSING);
  }

  @Test
  void aDeadLeaderIsReplacedAndNobodyIsLost() throws Exception {
    try (EtcdCluster etcd = EtcdCluster.start(3);
        Sessions nodes = new Sessions(etcd, SERVICE, Duration.ofSeconds(10))) {
      RecordingObserver a = nodes.open(A);
      RecordingObserver b = nodes.open(B);
      awaitSees(a, B);
      awaitSees(b, A);
      etcd.kill(etcd.leader());
      RecordingObserver late = nodes.open(C);
      awaitSees(late, A);
      awaitSees(late, B);
      awaitSees(a, C);
      awaitSees(b, C);
      assertTrue(sees(a, B));
    }
  }

  @Test
  void aLostQuorumIsNamedAndTheRegistrationComesBackWithIt() throws Exception {
    try (EtcdCluster etcd = EtcdCluster.start(3);
        Sessions nodes = new Sessions(etcd, SERVICE, Duration.ofSeconds(10))) {
      RecordingObserver a = nodes.open(A);
      RecordingObserver b = nodes.open(B);
      awaitSees(a, B);
      int leader = etcd.leader();
      int other = (leader + 1) % 3;
      etcd.kill(leader);
      etcd.kill(other);
      int before = a.failures().size();
      a.await("each server is tried in vain twice", o -> o.failures().size() >= before + 6);
      assertTrue(sees(a, B), "an outage removes nobody");
      etcd.startAgain(leader);
      etcd.startAgain(other);
      RecordingObserver late = nodes.open(C);
      awaitSees(late, A);
      awaitSees(late, B);
      awaitSees(b, C);
    }
  }

  @Test
  void compactionWhileTheLinkIsDownIsNoticed() throws Exception {
    try (EtcdCluster etcd = EtcdCluster.start(1);
        Sessions nodes = new Sessions(etcd, SERVICE, LEASE)) {
      Relay relay = nodes.relay();
      RecordingObserver a = nodes.open(A, "http://127.0.0.1:" + relay.port());
      awaitSees(a, A);
      relay.refuse();
      nodes.open(B);
      for (int i = 0; i < 20; i++) {
        etcd.control("put", nodes.key(C), "{\"address\": \"10.0.0.3:" + (i + 1) + "\"}");
      }
      String revision =
          etcd.control("endpoint", "status", "-w", "fields")
              .lines()
              .filter(line -> line.startsWith("\"Revision\""))
              .map(line -> line.substring(line.indexOf(':') + 1).strip())
              .findFirst()
              .orElseThrow();
      etcd.control("compact", revision);
      relay.restore();
      awaitSees(a, B);
      a.await("c is at its last address", o -> o.sees("10.0.0.3", 20));
      etcd.control("del", nodes.key(C));
      a.await("c is gone", o -> !o.sees("10.0.0.3", 20));
    }
  }

  @Test
  void withAuthenticationAUserOfTheClusterAloneIsEnough() throws Exception {
    try (EtcdCluster etcd = EtcdCluster.start(1);
        Sessions nodes = new Sessions(etcd, SERVICE, LEASE)) {
      etcd.enableAuth("root-secret");
      etcd.addUser("bifrost", "bifrost-secret", "/services/test/");
      EtcdSettings known =
          Settings.withUser("bifrost", "bifrost-secret", SERVICE, LEASE, etcd.endpoints());
      RecordingObserver a = nodes.open(A, known);
      RecordingObserver b = nodes.open(B, known);
      awaitSees(a, B);
      awaitSees(b, A);
      Relay relay = nodes.relay();
      nodes.open(
          C,
          Settings.withUser(
              "bifrost", "bifrost-secret", SERVICE, LEASE, "http://127.0.0.1:" + relay.port()));
      awaitSees(a, C);
      relay.refuse();
      a.await("who does not renew is forgotten", o -> !sees(o, C));
      awaitSees(a, B); // whose lease is renewed
      a.failures().forEach(cause -> assertFalse(cause.contains("permission denied"), cause));
    }
  }

  @Test
  void missingWrongAndWeakCredentialsAreToldApart() throws Exception {
    try (EtcdCluster etcd = EtcdCluster.start(1);
        Sessions nodes = new Sessions(etcd, SERVICE, LEASE)) {
      etcd.enableAuth("root-secret");
      etcd.addUser("bifrost", "bifrost-secret", "/services/other/");
      Map<EtcdSettings, String> cases =
          Map.of(
              Settings.of(SERVICE, LEASE, etcd.endpoints()), "wants a user: set etcd_user",
              Settings.withUser("bifrost", "wrong-secret", SERVICE, LEASE, etcd.endpoints()),
                  "refuses the user 'bifrost'",
              Settings.withUser("bifrost", "bifrost-secret", SERVICE, LEASE, etcd.endpoints()),
                  "permission denied for user 'bifrost' under /services/test/");
      for (Map.Entry<EtcdSettings, String> each : cases.entrySet()) {
        RecordingObserver observer = nodes.open(A, each.getKey());
        observer.await(
            each.getValue(),
            o -> o.failures().stream().anyMatch(cause -> cause.contains(each.getValue())));
        observer.failures().forEach(cause -> assertFalse(cause.contains("secret"), cause));
      }
    }
  }
}
