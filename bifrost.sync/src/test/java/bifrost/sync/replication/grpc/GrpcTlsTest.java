package bifrost.sync.replication.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.sync.replication.link.Link;
import bifrost.tck.tls.TestAuthority;
import bifrost.tck.tls.TestCertificate;
import java.nio.file.Files;
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
  void whenTheAuthorityIsAnotherOneLinksOfTheOldOneEndUntilBothSidesHaveTheNewOne()
      throws Exception {
    try (TestNode a = node("a");
        TestNode b = node("b");
        TestNode c = node("c")) {
      a.dial(b);
      a.listener.link();
      c.dial(a);
      c.listener.link();
      TestAuthority next = new TestAuthority("next CA");
      next.node("a").write(folder.resolve("a"));
      a.links.refreshCertificates();
      assertTrue(b.listener.end().contains("CN=next CA"), b.listener.end());
      assertTrue(c.listener.end().contains("CN=next CA"), c.listener.end());
      assertEquals(2, a.refused("tls"));
      a.dial(b);
      assertTrue(a.listener.failure().contains("CN=next CA"), a.listener.failure());
      next.node("b").write(folder.resolve("b"));
      b.links.refreshCertificates();
      b.dial(a);
      a.listener.link(3);
      Link again = b.listener.link(2);
      a.links.refreshCertificates();
      b.links.refreshCertificates();
      again.send(Messages.heartbeat(1));
      a.listener.awaitMessages(1);
      assertEquals(1, b.listener.closed.size());
    }
  }

  @Test
  void whileBothAuthoritiesAreTrustedLinksStay() throws Exception {
    try (TestNode a = node("a");
        TestNode b = node("b")) {
      a.dial(b);
      Link link = a.listener.link();
      TestAuthority next = new TestAuthority("next CA");
      next.node("x").write(folder.resolve("x"));
      Files.writeString(
          folder.resolve("a/ca.pem"),
          Files.readString(folder.resolve("a/ca.pem"))
              + Files.readString(folder.resolve("x/ca.pem")));
      a.links.refreshCertificates();
      link.send(Messages.heartbeat(1));
      b.listener.awaitMessages(1);
      assertEquals(List.of(), a.listener.closed);
    }
  }

  @Test
  void aLinkEndsWhenTheCertificateOfThePeerDoesAndIsTakenAgainWithAnotherOne() throws Exception {
    SteppedClock clock = new SteppedClock();
    TestCertificate own =
        authority.request("a").uri("bifrost://node/a").valid(past(), future()).issue();
    try (TestNode a = TestNode.tls("a", own, folder, clock, "b");
        TestNode b = node("b")) {
      a.dial(b);
      a.listener.link();
      b.listener.link();
      clock.forward(Duration.ofHours(23));
      a.links.refreshCertificates();
      assertEquals(List.of(), a.listener.closed);
      clock.forward(Duration.ofHours(2));
      a.links.refreshCertificates();
      assertTrue(a.listener.end().contains("expired at"), a.listener.end());
      assertTrue(b.listener.end().contains("renew it"), b.listener.end());
      a.dial(b);
      assertTrue(a.listener.failure().contains("expired at"), a.listener.failure());
      authority
          .request("b")
          .uri("bifrost://node/b")
          .valid(past(), future())
          .issue()
          .write(folder.resolve("b"));
      b.links.refreshCertificates();
      a.dial(b);
      b.listener.link(2);
      Link again = a.listener.link(2);
      a.links.refreshCertificates();
      again.send(Messages.heartbeat(1));
      b.listener.awaitMessages(1);
      assertEquals(1, a.listener.closed.size());
    }
  }

  @Test
  void aRenewedCertificateIsShownOnLinksThatAreOpenedAgain() throws Exception {
    try (TestNode a = node("a");
        TestNode b = node("b")) {
      a.dial(b);
      a.listener.link();
      authority.node("a").write(folder.resolve("a"));
      a.links.refreshCertificates();
      assertEquals("this node has a new certificate", a.listener.end());
      assertEquals("a closed the link: this node has a new certificate", b.listener.end());
      for (int links = 2; links < 5; links++) {
        a.dial(b);
        b.listener.link(links);
      }
      Link last = a.listener.link(4);
      a.links.refreshCertificates();
      b.links.refreshCertificates();
      last.send(Messages.heartbeat(1));
      b.listener.awaitMessages(1);
      assertEquals(1, a.listener.closed.size());
      assertEquals(0, a.refused("tls") + b.refused("tls"));
    }
  }

  private TestNode node(String id) {
    return TestNode.tls(id, authority.node(id), folder, "a", "b", "c");
  }

  private static Instant past() {
    return Instant.now().minus(Duration.ofHours(1));
  }

  private static Instant future() {
    return Instant.now().plus(Duration.ofDays(30));
  }
}
