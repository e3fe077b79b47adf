package bifrost.discovery.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.tck.discovery.RecordingObserver;
import bifrost.tck.dns.DnsServer;
import bifrost.tck.network.PacketRelay;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only a real server does: truncation, TTLs, changes of the zone, silence. */
@Timeout(120)
class RealServerTest {
  private static DnsServer server;

  @BeforeAll
  static void startServer() throws Exception {
    assumeTrue(DnsServer.isInstalled(), DnsServer.MISSING);
    server = DnsServer.start();
  }

  @AfterAll
  static void stopServer() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void anAnswerThatDoesNotFitIntoAPacketIsTakenOverTcp() throws Exception {
    server.set("large", 5, addresses(1, 1_000));
    RecordingObserver observer = new RecordingObserver();
    try (PeerDiscovery.Session session = open(observer, List.of(server.address()), "large")) {
      observer.await("all of them", o -> o.candidates().size() == 1_000);
      assertEquals(List.of(), observer.failures());
    }
  }

  @Test
  void tenThousandEntriesAreCutAtTheMostThatAClusterCanHave() throws Exception {
    Map<String, List<String>> names = new TreeMap<>();
    for (int i = 0; i < 4; i++) {
      names.put("huge" + i, addresses(10 + i, 2_500));
    }
    RecordingObserver observer = new RecordingObserver();
    try (DnsServer large = DnsServer.start();
        PeerDiscovery.Session session =
            open(observer, List.of(large.address()), names.keySet().toArray(String[]::new))) {
      large.set(5, names);
      observer.await("the most", o -> o.candidates().size() == 4_096);
      observer.await(
          "the cut is told",
          o -> o.failures().stream().anyMatch(cause -> cause.contains("10000 entries, only 4096")));
    }
  }

  @Test
  void aServerThatStopsAndComesBackIsNoEmptyAnswer() throws Exception {
    server.set("back", 1, "A 10.0.0.1");
    RecordingObserver observer = new RecordingObserver();
    try (PeerDiscovery.Session session = open(observer, List.of(server.address()), "back")) {
      observer.await("found", o -> o.sees("10.0.0.1", 10101));
      server.stop();
      observer.await("failed", o -> !o.failures().isEmpty());
      assertTrue(observer.sees("10.0.0.1", 10101));
      String cause = observer.failures().get(0);
      assertTrue(cause.contains(server.address()), cause);
      server.set("back", 1, "A 10.0.0.2");
      server.startAgain();
      observer.await("followed", o -> o.sees("10.0.0.2", 10101) && !o.sees("10.0.0.1", 10101));
    } finally {
      if (!server.isRunning()) {
        server.startAgain();
      }
    }
  }

  @Test
  void aServerThatRefusesTheZoneIsPassedOver() throws Exception {
    server.set("passed", 1, "A 10.0.0.1");
    RecordingObserver observer = new RecordingObserver();
    PeerDiscovery discovery =
        new DnsDiscovery(settings(List.of(server.address()), "outside.example.net."));
    try (PeerDiscovery.Session session = discovery.open(self(), observer)) {
      observer.await("refused", o -> !o.failures().isEmpty());
      String cause = observer.failures().get(0);
      assertTrue(cause.contains("REFUSED") && cause.contains(server.address()), cause);
    }
    try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      RecordingObserver second = new RecordingObserver();
      List<String> servers = List.of("127.0.0.1:" + silent.getLocalPort(), server.address());
      try (PeerDiscovery.Session session = open(second, servers, "passed")) {
        second.await("the second server is asked", o -> o.sees("10.0.0.1", 10101));
        assertEquals(List.of(), second.failures());
      }
    }
  }

  @Test
  void slowAnswersAreWaitedForAndThoseThatAreTooSlowRemoveNobody() throws Exception {
    server.set("slow", 1, "A 10.0.0.1");
    RecordingObserver observer = new RecordingObserver();
    try (PacketRelay relay = PacketRelay.to(server.port())) {
      relay.delay(Duration.ofSeconds(2));
      try (PeerDiscovery.Session session =
          open(observer, List.of("127.0.0.1:" + relay.port()), "slow")) {
        observer.await("found", o -> o.sees("10.0.0.1", 10101));
        assertEquals(List.of(), observer.failures());
        relay.delay(Duration.ofSeconds(5));
        observer.await("too slow", o -> !o.failures().isEmpty());
        assertTrue(observer.sees("10.0.0.1", 10101));
        relay.delay(Duration.ZERO);
        server.set("slow", 1, "A 10.0.0.2");
        observer.await("followed", o -> o.sees("10.0.0.2", 10101));
      }
    }
  }

  @Test
  void garbageFromAServerIsAFailureThatNamesIt() throws Exception {
    try (DatagramSocket liar = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> lie(liar));
      RecordingObserver observer = new RecordingObserver();
      String address = "127.0.0.1:" + liar.getLocalPort();
      try (PeerDiscovery.Session session = open(observer, List.of(address), "any")) {
        observer.await("failed", o -> o.failures().size() > 1);
        assertEquals(0, observer.answers());
        assertTrue(observer.failures().get(0).contains(address), observer.failures()::toString);
      }
    }
  }

  @Test
  void closingDoesNotWaitForASilentServer() throws Exception {
    try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      RecordingObserver observer = new RecordingObserver();
      PeerDiscovery.Session session =
          new DnsDiscovery(
                  new DnsSettings(
                      List.of(DnsName.parse("a.test.", 1)),
                      List.of(Candidate.of("127.0.0.1", silent.getLocalPort())),
                      Duration.ofSeconds(60),
                      Duration.ofSeconds(1),
                      Duration.ofSeconds(1)))
              .open(self(), observer);
      silent.receive(new DatagramPacket(new byte[512], 512));
      Thread closing = Thread.ofVirtual().start(session::close);
      assertTrue(closing.join(Duration.ofSeconds(30)), "closed while a question is open");
      assertFalse(observer.answers() > 0);
    }
  }

  /** Answers with the question's id and noise. */
  private static void lie(DatagramSocket liar) {
    Random random = new Random(1);
    byte[] question = new byte[2_048];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(question, question.length);
        liar.receive(packet);
        byte[] noise = new byte[200];
        random.nextBytes(noise);
        noise[0] = question[0];
        noise[1] = question[1];
        liar.send(new DatagramPacket(noise, noise.length, packet.getSocketAddress()));
      }
    } catch (java.io.IOException e) {
      // closed
    }
  }

  private static List<String> addresses(int net, int count) {
    List<String> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add("A 10.%d.%d.%d".formatted(net, i / 250, i % 250));
    }
    return records;
  }

  private static PeerDiscovery.Session open(
      RecordingObserver observer, List<String> servers, String... names) {
    String[] absolute = Stream.of(names).map(DnsServer::absolute).toArray(String[]::new);
    return new DnsDiscovery(settings(servers, absolute)).open(self(), observer);
  }

  private static DnsSettings settings(List<String> servers, String... names) {
    return new DnsSettings(
        Stream.of(names).map(name -> DnsName.parse(name, 10101)).toList(),
        servers.stream().map(server -> Candidate.of("127.0.0.1", port(server))).toList(),
        Duration.ofSeconds(4),
        Duration.ofMillis(200),
        Duration.ofSeconds(1));
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1));
  }

  private static Announcement self() {
    return new Announcement("a", "eu", "10.0.0.1", 10101);
  }
}
