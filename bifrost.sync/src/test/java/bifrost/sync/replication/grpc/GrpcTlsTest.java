package bifrost.sync.replication.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.sync.membership.Await;
import bifrost.sync.replication.link.Link;
import bifrost.tck.tls.TestAuthority;
import bifrost.tck.tls.TestCertificate;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class GrpcTlsTest {
  private final TestAuthority authority = new TestAuthority("our CA");

  @TempDir private Path folder;

  @Test
  void nodesOfOneAuthorityProveWhoTheyAre() throws Exception {
    try (TestNode a = node("a");
        TestNode b = node("b")) {
      a.dial(b);
      assertEquals(Optional.of("b"), a.listener.link().proved());
      assertEquals(Optional.of("a"), b.listener.link().proved());
      a.listener.link().send(Messages.hello("a"));
      b.listener.awaitMessages(1);
    }
  }

  @Test
  void aCertificateOfAnotherAuthorityIsRefusedByBothAndOthersGoOn() throws Exception {
    TestAuthority theirs = new TestAuthority("their CA");
    try (TestNode a = node("a");
        TestNode b = node("b");
        TestNode c = TestNode.tls("c", theirs.node("c"), folder, "a")) {
      a.dial(b);
      Link link = a.listener.link();
      a.dial(c);
      String failure = a.listener.failure();
      assertTrue(
          failure.contains("issued by 'CN=their CA', does not lead to a certificate in ca"),
          failure);
      c.dial(a);
      assertTrue(c.listener.failure().contains("CN=our CA"), c.listener.failure());
      link.send(Messages.heartbeat(1));
      b.listener.awaitMessages(1);
      assertEquals(List.of(), a.listener.closed);
      assertEquals(1, a.listener.opened.size());
    }
  }

  @Test
  void aCallerOfAnotherAuthorityLearnsThatItIsNotAccepted() throws Exception {
    TestAuthority theirs = new TestAuthority("their CA");
    TestCertificate stranger = theirs.node("c");
    // it would accept ours, so that only our side can refuse
    TestCertificate believer =
        new TestCertificate(stranger.certificate(), stranger.key(), authority.certificate());
    try (TestNode a = node("a");
        TestNode c = TestNode.tls("c", believer, folder, "a")) {
      c.dial(a);
      String failure = c.listener.failure();
      assertTrue(failure.contains("does not accept the certificate of this node"), failure);
      assertEquals(List.of(), a.listener.opened);
    }
  }

  @Test
  void anExpiredCertificateIsRefusedWithTheTimes() throws Exception {
    Instant now = Instant.now();
    TestCertificate expired =
        authority
            .request("b")
            .uri("bifrost://node/b")
            .valid(now.minus(Duration.ofDays(2)), now.minus(Duration.ofMinutes(1)))
            .issue();
    try (TestNode a = node("a");
        TestNode b = TestNode.tls("b", expired, folder, "a")) {
      a.dial(b);
      assertTrue(a.listener.failure().contains("expired at"), a.listener.failure());
    }
  }

  @Test
  void aClockThatIsMinutesOffIsNamed() throws Exception {
    TestCertificate fresh =
        authority
            .request("b")
            .uri("bifrost://node/b")
            .valid(Instant.now().minusSeconds(1), Instant.now().plus(Duration.ofDays(1)))
            .issue();
    Clock behind = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-5));
    try (TestNode a = TestNode.tls("a", authority.node("a"), folder, behind, "b");
        TestNode b = TestNode.tls("b", fresh, folder, "a")) {
      a.dial(b);
      String failure = a.listener.failure();
      assertTrue(failure.contains("one of the clocks is wrong"), failure);
    }
  }

  @Test
  void aNodeThatUsesTheCertificateOfAnotherIsRefused() throws Exception {
    try (TestNode a = node("a");
        TestNode b = TestNode.tls("b", authority.node("c"), folder, "a")) {
      a.dial(b);
      String failure = a.listener.failure();
      assertTrue(failure.contains("does not stand for it"), failure);
      assertTrue(failure.contains("URI:bifrost://node/c"), failure);
      b.dial(a);
      assertTrue(
          b.listener.failure().contains("refuses this node: its certificate"),
          b.listener.failure());
      assertEquals(List.of(), a.listener.opened);
    }
  }

  @Test
  void aNodeWithoutTlsIsToldSoOnBothSides() throws Exception {
    try (TestNode a = node("a");
        TestNode b = TestNode.plain("b", "a")) {
      a.dial(b);
      assertTrue(a.listener.failure().contains("it speaks no TLS"), a.listener.failure());
      b.dial(a);
      assertTrue(b.listener.failure().contains("it may want TLS"), b.listener.failure());
    }
  }

  @Test
  void changedCertificatesAreUsedByTheNextLinkAndTheOldOneStays() throws Exception {
    try (TestNode a = node("a");
        TestNode b = node("b")) {
      a.dial(b);
      Link first = a.listener.link();
      TestAuthority next = new TestAuthority("next CA");
      next.node("a").write(folder.resolve("a"));
      a.links.refreshCertificates();
      a.dial(b);
      assertTrue(a.listener.failure().contains("CN=next CA"), a.listener.failure());
      next.node("b").write(folder.resolve("b"));
      b.links.refreshCertificates();
      a.dial(b);
      Await.until("no new link", () -> b.listener.opened.size() == 2);
      first.send(Messages.heartbeat(1));
      b.listener.awaitMessages(1);
      assertEquals(List.of(), a.listener.closed);
    }
  }

  private TestNode node(String id) {
    return TestNode.tls(id, authority.node(id), folder, "a", "b", "c");
  }
}
