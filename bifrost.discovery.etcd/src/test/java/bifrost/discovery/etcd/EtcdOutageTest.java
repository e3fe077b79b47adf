package bifrost.discovery.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.tck.discovery.RecordingObserver;
import bifrost.tck.etcd.EtcdCluster;
import bifrost.tck.network.Relay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What real servers do when they fail, are slow, full of rubbish, or want credentials. */
@Timeout(120)
class EtcdOutageTest {
  private static final Duration LEASE = Duration.ofSeconds(5);
  private static final Announcement A = new Announcement("a", "eu", "10.0.0.1", 10_101);
  private static final Announcement B = new Announcement("b", "us", "10.0.0.2", 10_101);

  private final List<AutoCloseable> opened = new ArrayList<>();
  private EtcdCluster etcd;

  @BeforeEach
  void check() {
    assumeTrue(EtcdCluster.isAvailable());
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  @Test
  void aDeadLeaderIsReplacedAndNobodyIsLost() throws Exception {
    start(3);
    RecordingObserver a = open(A, etcd.endpoints());
    RecordingObserver b = open(B, etcd.endpoints());
    awaitSees(a, B);
    awaitSees(b, A);
    etcd.kill(etcd.leader());
    RecordingObserver late = open(new Announcement("c", "eu", "10.0.0.3", 1), etcd.endpoints());
    awaitSees(late, A);
    awaitSees(late, B);
    a.await("c is found by a", o -> o.sees("10.0.0.3", 1));
    b.await("c is found by b", o -> o.sees("10.0.0.3", 1));
    assertTrue(a.sees(B.host(), B.port()));
  }

  @Test
  void aLostQuorumIsNamedAndTheRegistrationComesBackWithIt() throws Exception {
    start(3);
    RecordingObserver a = open(A, etcd.endpoints());
    RecordingObserver b = open(B, etcd.endpoints());
    awaitSees(a, B);
    int leader = etcd.leader();
    int other = (leader + 1) % 3;
    etcd.kill(leader);
    etcd.kill(other);
    a.await("the outage is told", o -> !o.failures().isEmpty());
    Thread.sleep(LEASE.multipliedBy(2));
    assertTrue(a.sees(B.host(), B.port()), "an outage removes nobody");
    etcd.startAgain(leader);
    etcd.startAgain(other);
    RecordingObserver late = open(new Announcement("c", "eu", "10.0.0.3", 1), etcd.endpoints());
    awaitSees(late, A);
    awaitSees(late, B);
    b.await("c is found by b", o -> o.sees("10.0.0.3", 1));
  }

  @Test
  void aNodeThatSleptThroughItsLeaseRegistersAgain() throws Exception {
    start(1);
    Relay relay = relay();
    RecordingObserver a = open(A, "http://127.0.0.1:" + relay.port());
    RecordingObserver b = open(B, etcd.endpoints());
    awaitSees(b, A);
    relay.silence();
    b.await("a is forgotten", o -> !o.sees(A.host(), A.port()));
    int before = a.registrations();
    relay.restore();
    a.await("a registers again", o -> o.registrations() > before);
    awaitSees(b, A);
    awaitSees(a, B);
  }

  @Test
  void aKeyThatSomeoneDeletedIsWrittenAgain() throws Exception {
    start(1);
    RecordingObserver a = open(A, etcd.endpoints());
    RecordingObserver b = open(B, etcd.endpoints());
    awaitSees(b, A);
    int before = a.registrations();
    etcd.control("del", "/services/test/a");
    a.await("a registers again", o -> o.registrations() > before);
    awaitSees(b, A);
  }

  @Test
  void compactionWhileTheLinkIsDownIsNoticed() throws Exception {
    start(1);
    Relay relay = relay();
    RecordingObserver a = open(A, "http://127.0.0.1:" + relay.port());
    awaitSees(a, A);
    relay.refuse();
    open(B, etcd.endpoints());
    for (int i = 0; i < 20; i++) {
      etcd.control("put", "/services/test/c", "{\"address\": \"10.0.0.3:" + (i + 1) + "\"}");
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
    etcd.control("del", "/services/test/c");
    a.await("c is gone", o -> !o.sees("10.0.0.3", 20));
  }

  @Test
  void aDeadServerAmongSeveralIsPassedOver() throws Exception {
    start(1);
    Relay silent = relay();
    silent.silence();
    int nobody = freePort();
    RecordingObserver a =
        open(
            A, "http://127.0.0.1:" + nobody, "http://127.0.0.1:" + silent.port(), etcd.endpoint(0));
    awaitSees(a, A);
    assertTrue(
        a.failures().get(0).contains("127.0.0.1:" + nobody)
            && a.failures().get(0).contains("connection refused"),
        a.failures().toString());
    assertTrue(a.failures().get(1).contains("does not answer"), a.failures().toString());
  }

  @Test
  void slowAnswersAreWaitedFor() throws Exception {
    start(1);
    Relay slow = relay();
    slow.delay(Duration.ofSeconds(1));
    EtcdSettings patient =
        new EtcdSettings(
            "test",
            Settings.of("test", LEASE, "http://127.0.0.1:" + slow.port()).endpoints(),
            "",
            "",
            Optional.empty(),
            Optional.empty(),
            1,
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10));
    RecordingObserver a = open(A, patient);
    awaitSees(a, A);
    assertEquals(List.of(), a.failures());
  }

  @Test
  void tenThousandEntriesThatAreNoneHideNoNode() throws Exception {
    start(1);
    int written = garbage(10_000);
    RecordingObserver a = open(A, etcd.endpoints());
    RecordingObserver b = open(B, etcd.endpoints());
    awaitSees(a, B);
    awaitSees(b, A);
    a.await("the rubbish is counted", o -> o.malformedEntries() == written);
    assertEquals(2, a.candidates().size());
  }

  @Test
  void moreNodesThanTheBoundAreCutOffAndToldOf() throws Exception {
    start(1);
    EtcdEntries entries = new EtcdEntries(1);
    for (int i = 0; i < 5_000; i++) {
      entries.put("n" + i, ("{\"address\": \"10.0.0.1:" + (i + 1) + "\"}").getBytes());
    }
    RecordingObserver observer = new RecordingObserver();
    entries.report(observer, "", "/services/test/");
    assertEquals(EtcdEntries.MAX_NODES, observer.candidates().size());
    assertTrue(observer.failures().get(0).contains("more entries under /services/test/"));
    assertTrue(entries.agrees(5_000), "no new list each time");
  }

  @Test
  void withAuthenticationAUserOfTheClusterAloneIsEnough() throws Exception {
    start(1);
    etcd.enableAuth("root-secret");
    etcd.addUser("bifrost", "bifrost-secret", "/services/test/");
    EtcdSettings known =
        Settings.withUser(
            "bifrost", "bifrost-secret", "test", Duration.ofSeconds(2), etcd.endpoints());
    RecordingObserver a = open(A, known);
    RecordingObserver b = open(B, known);
    awaitSees(a, B);
    awaitSees(b, A);
    Thread.sleep(4_000);
    assertTrue(a.sees(B.host(), B.port()), "leases are renewed");
    a.failures().forEach(cause -> assertFalse(cause.contains("permission denied"), cause));
  }

  @Test
  void missingWrongAndWeakCredentialsAreToldApart() throws Exception {
    start(1);
    etcd.enableAuth("root-secret");
    etcd.addUser("bifrost", "bifrost-secret", "/services/other/");
    Map<EtcdSettings, String> cases =
        Map.of(
            Settings.of("test", LEASE, etcd.endpoints()),
                "wants a user (unauthenticated): set etcd_user",
            Settings.withUser("bifrost", "wrong-secret", "test", LEASE, etcd.endpoints()),
                "refuses the user 'bifrost' (unauthenticated)",
            Settings.withUser("bifrost", "bifrost-secret", "test", LEASE, etcd.endpoints()),
                "permission denied for user 'bifrost' under /services/test/");
    for (Map.Entry<EtcdSettings, String> each : cases.entrySet()) {
      RecordingObserver observer = open(A, each.getKey());
      observer.await(
          each.getValue(),
          o -> o.failures().stream().anyMatch(cause -> cause.contains(each.getValue())));
      observer.failures().forEach(cause -> assertFalse(cause.contains("secret"), cause));
    }
  }

  @Test
  void manyFailedAttemptsLeaveNoThreadsBehind() throws Exception {
    int nobody = freePort();
    RecordingObserver a = open(A, "http://127.0.0.1:" + nobody);
    a.await("the first attempts fail", o -> o.failures().size() >= 2);
    int before = Thread.activeCount();
    a.await("more attempts fail", o -> o.failures().size() >= 5);
    assertTrue(Thread.activeCount() <= before + 4, () -> Thread.getAllStackTraces().toString());
  }

  private int garbage(int count) throws Exception {
    int written = 0;
    while (written < count) {
      StringBuilder transaction = new StringBuilder("\n");
      for (int i = 0; i < 100; i++) {
        transaction.append("put /services/test/A%06d rubbish\n".formatted(written++));
      }
      etcd.transaction(transaction.append("\n\n").toString());
    }
    return written;
  }

  private void start(int size) throws IOException {
    etcd = EtcdCluster.start(size);
    opened.add(etcd);
  }

  private Relay relay() throws IOException {
    Relay relay = Relay.to("127.0.0.1", etcd.port(0));
    opened.add(relay);
    return relay;
  }

  private RecordingObserver open(Announcement self, String... endpoints) {
    return open(self, Settings.of("test", LEASE, endpoints));
  }

  private RecordingObserver open(Announcement self, EtcdSettings settings) {
    RecordingObserver observer = new RecordingObserver();
    PeerDiscovery.Session session = new EtcdDiscovery(settings).open(self, observer);
    opened.add(session);
    return observer;
  }

  private static void awaitSees(RecordingObserver observer, Announcement node)
      throws InterruptedException {
    observer.await(node.nodeId() + " is found", o -> o.sees(node.host(), node.port()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
