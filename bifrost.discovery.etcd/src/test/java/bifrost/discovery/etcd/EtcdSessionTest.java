package bifrost.discovery.etcd;

import static bifrost.discovery.etcd.Sessions.A;
import static bifrost.discovery.etcd.Sessions.B;
import static bifrost.discovery.etcd.Sessions.awaitSees;
import static bifrost.discovery.etcd.Sessions.sees;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.tck.discovery.RecordingObserver;
import bifrost.tck.etcd.EtcdCluster;
import bifrost.tck.network.FreePorts;
import bifrost.tck.network.Relay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A server that is slow, silent, full of rubbish or none at all; one is shared, by service. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class EtcdSessionTest {
  private static final Duration LEASE = Duration.ofSeconds(30);

  private static EtcdCluster etcd;

  private String service;
  private Sessions nodes;

  @BeforeAll
  static void startServer() throws IOException {
    assumeTrue(EtcdCluster.isInstalled(), EtcdCluster.MISSING);
    etcd = EtcdCluster.start(1);
  }

  @AfterAll
  static void stopServer() {
    if (etcd != null) {
      etcd.close();
    }
  }

  @BeforeEach
  void name(TestInfo test) {
    service = test.getTestMethod().orElseThrow().getName();
    nodes = new Sessions(etcd, service, LEASE);
  }

  @AfterEach
  void close() throws Exception {
    nodes.close();
  }

  @Test
  void aNodeThatSleptThroughItsLeaseRegistersAgain() throws Exception {
    Relay relay = nodes.relay();
    RecordingObserver a =
        nodes.open(
            A, Settings.of(service, Duration.ofSeconds(2), "http://127.0.0.1:" + relay.port()));
    RecordingObserver b = nodes.open(B);
    awaitSees(b, A);
    relay.silence();
    b.await("a is forgotten", o -> !sees(o, A));
    int before = a.registrations();
    relay.restore();
    a.await("a registers again", o -> o.registrations() > before);
    awaitSees(b, A);
    awaitSees(a, B);
  }

  @Test
  void aKeyThatSomeoneDeletedIsWrittenAgain() throws Exception {
    RecordingObserver a = nodes.open(A);
    RecordingObserver b = nodes.open(B);
    awaitSees(b, A);
    int before = a.registrations();
    etcd.control("del", nodes.key(A));
    a.await("a registers again", o -> o.registrations() > before);
    awaitSees(b, A);
  }

  @Test
  void aDeadServerAmongSeveralIsPassedOver() throws Exception {
    Relay silent = nodes.relay();
    silent.silence();
    int nobody = FreePorts.next();
    RecordingObserver a =
        nodes.open(
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
    Relay slow = nodes.relay();
    slow.delay(Duration.ofSeconds(1));
    RecordingObserver a = nodes.open(A, patient("http://127.0.0.1:" + slow.port()));
    awaitSees(a, A);
    assertEquals(List.of(), a.failures());
  }

  @Test
  void answersThatAreTooSlowAreAFailureAndRemoveNobody() throws Exception {
    Relay slow = nodes.relay();
    RecordingObserver a = nodes.open(A, "http://127.0.0.1:" + slow.port());
    nodes.open(B);
    awaitSees(a, B);
    slow.delay(Duration.ofSeconds(5));
    a.await("it is told", o -> o.failures().stream().anyMatch(EtcdSessionTest::isLate));
    assertTrue(sees(a, B));
    slow.restore();
    int answers = a.answers();
    a.await("it works again", o -> o.answers() > answers && sees(o, A) && sees(o, B));
  }

  @Test
  void aServerThatIsNoneIsNamed() throws Exception {
    try (ServerSocket liar = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> lie(liar));
      String endpoint = "http://127.0.0.1:" + liar.getLocalPort();
      RecordingObserver a = nodes.open(A, endpoint);
      a.await("it is told", o -> o.failures().size() >= 2);
      for (String cause : a.failures()) {
        assertTrue(cause.contains(endpoint) && cause.lines().count() == 1, cause);
        assertTrue(cause.length() < 500, cause);
      }
      assertEquals(0, a.answers() + a.registrations());
    }
  }

  @Test
  void tenThousandEntriesThatAreNoneHideNoNode() throws Exception {
    int written = garbage(10_000);
    RecordingObserver a = nodes.open(A);
    RecordingObserver b = nodes.open(B);
    awaitSees(a, B);
    awaitSees(b, A);
    a.await("the rubbish is counted", o -> o.malformedEntries() == written);
    assertEquals(2, a.candidates().size());
  }

  private EtcdSettings patient(String endpoint) {
    return new EtcdSettings(
        service,
        Settings.of(service, LEASE, endpoint).endpoints(),
        "",
        "",
        Optional.empty(),
        Optional.empty(),
        1,
        Duration.ofSeconds(20),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10));
  }

  private static boolean isLate(String cause) {
    return cause.contains("does not answer within");
  }

  /** Answers whoever connects with noise. */
  private static void lie(ServerSocket liar) {
    byte[] noise = new byte[4_096];
    new Random(1).nextBytes(noise);
    while (!liar.isClosed()) {
      try (Socket client = liar.accept()) {
        client.getOutputStream().write(noise);
      } catch (IOException e) {
        // the next one, or closed
      }
    }
  }

  private int garbage(int count) throws Exception {
    int written = 0;
    while (written < count) {
      StringBuilder transaction = new StringBuilder("\n");
      for (int i = 0; i < 100; i++) {
        transaction.append("put /services/%s/A%06d rubbish\n".formatted(service, written++));
      }
      etcd.transaction(transaction.append("\n\n").toString());
    }
    return written;
  }
}
