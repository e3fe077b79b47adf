package bifrost.sync.replication.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.snapshot.Version;
import bifrost.sync.membership.Await;
import bifrost.sync.replication.link.Link;
import bifrost.sync.replication.message.ChangeEntry;
import bifrost.sync.replication.message.SyncMessage;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class GrpcLinksTest {
  @Test
  void messagesGoBothWaysCompleteAndInOrder() throws Exception {
    try (TestNode a = TestNode.plain("a", "b");
        TestNode b = TestNode.plain("b", "a")) {
      a.dial(b);
      Link there = a.listener.link();
      Link here = b.listener.link();
      assertEquals(Optional.of("b"), there.dialled());
      assertEquals(Optional.empty(), here.dialled());
      assertEquals(Optional.empty(), here.proved());
      there.send(Messages.hello("a"));
      here.send(Messages.hello("b"));
      List<?> all = Messages.ALL.subList(1, Messages.ALL.size());
      for (int i = 1; i < Messages.ALL.size(); i++) {
        there.send(Messages.ALL.get(i));
        here.send(Messages.ALL.get(i));
      }
      a.listener.awaitMessages(Messages.ALL.size());
      b.listener.awaitMessages(Messages.ALL.size());
      assertEquals(Messages.hello("b"), a.listener.messages.getFirst());
      assertEquals(all, a.listener.messages.subList(1, Messages.ALL.size()));
      assertEquals(all, b.listener.messages.subList(1, Messages.ALL.size()));
    }
  }

  @Test
  void theReasonOfACloseReachesBothSidesAfterWhatWasSent() throws Exception {
    try (TestNode a = TestNode.plain("a", "b");
        TestNode b = TestNode.plain("b", "a")) {
      a.dial(b);
      a.listener.link().send(Messages.heartbeat(1));
      a.listener.link().close("replaced by a newer link");
      assertEquals("a closed the link: replaced by a newer link", b.listener.end());
      assertEquals("replaced by a newer link", a.listener.end());
      assertEquals(List.of(Messages.heartbeat(1)), b.listener.messages);
      a.dial(b);
      Await.until("no second link", () -> b.listener.opened.size() == 2);
      b.listener.link().close("this node stops");
      Await.until("not closed", () -> a.listener.closed.size() == 2);
      assertEquals("b closed the link: this node stops", a.listener.closed.getLast());
      Await.until("not closed", () -> b.listener.closed.size() == 2);
    }
  }

  @Test
  void aPeerThatDoesNotReadMakesTheLinkUnreadyAndIsHeldUp() throws Exception {
    try (TestNode a = TestNode.plain("a", "b");
        TestNode b = TestNode.plain("b", "a")) {
      b.listener.reads = false;
      a.dial(b);
      Link link = a.listener.link();
      Await.until("never ready", link::isReady);
      var large =
          new SyncMessage.Changes(
              List.of(
                  new ChangeEntry(
                      "team",
                      "t",
                      new Version(1, "a"),
                      Optional.of("x".repeat(200_000)),
                      List.of())),
              List.of());
      int sent = 0;
      while (link.isReady() && sent < 500) {
        link.send(large);
        sent++;
      }
      assertTrue(sent < 500, "a peer that does not read was never noticed");
      assertTrue(b.listener.messages.size() <= 16);
      int before = a.listener.ready.get();
      b.listener.reads = true;
      for (int i = b.listener.messages.size(); i > 0; i--) {
        b.listener.link().processed();
      }
      b.listener.awaitMessages(sent);
      Await.until("not ready again", () -> a.listener.ready.get() > before && link.isReady());
    }
  }

  @Test
  void aPeerThatNeverReadsIsGivenUp() throws Exception {
    try (TestNode a = TestNode.plain("a", "b");
        TestNode b = TestNode.plain("b", "a")) {
      b.listener.reads = false;
      a.dial(b);
      Link link = a.listener.link();
      Await.until(
          "still open",
          () -> {
            for (int i = 0; i < 10_000; i++) {
              link.send(Messages.heartbeat(i + 1));
            }
            return !a.listener.closed.isEmpty();
          });
      assertEquals("a message could not be sent", a.listener.end());
      b.listener.end();
    }
  }

  @Test
  void aStrangerIsRefusedOnBothSidesByName() throws Exception {
    try (TestNode a = TestNode.plain("a", "b");
        TestNode b = TestNode.impatient("b")) {
      a.dial(b);
      String failure = a.listener.failure();
      assertTrue(failure.contains("refuses this node: it is no member"), failure);
      assertEquals(List.of(), b.listener.opened);
    }
  }

  @Test
  void aMemberThatGossipBringsALittleLaterIsWaitedFor() throws Exception {
    try (TestNode a = TestNode.plain("a", "b");
        TestNode b = TestNode.plain("b")) {
      a.dial(b);
      b.members.add("a");
      b.listener.link();
      a.listener.link();
    }
  }

  @Test
  void anAddressThatLeadsToAnotherNodeIsNamed() throws Exception {
    try (TestNode a = TestNode.plain("a", "b", "c");
        TestNode b = TestNode.plain("b", "a")) {
      a.links.dial("c", b.address());
      String failure = a.listener.failure();
      assertTrue(failure.contains("it wants 'c' and this is 'b'"), failure);
    }
  }

  @Test
  void aGreetingWithAnotherNameEndsTheLink() throws Exception {
    try (TestNode a = TestNode.plain("a", "b");
        TestNode b = TestNode.plain("b", "a")) {
      a.dial(b);
      a.listener.link().send(Messages.hello("c"));
      assertEquals("refused: it greets as 'c'", b.listener.end());
      assertTrue(a.listener.end().startsWith("b closed the link: refused"), a.listener.end());
      assertEquals(List.of(), b.listener.messages);
    }
  }

  @Test
  void aDialToNobodyFailsWithAddressAndCause() throws Exception {
    try (TestNode a = TestNode.plain("a", "b")) {
      int free;
      try (ServerSocket socket = new ServerSocket(0)) {
        free = socket.getLocalPort();
      }
      a.links.dial("b", "127.0.0.1:" + free);
      assertEquals(
          "b: nobody listens on 127.0.0.1:" + free + ": does its replication run?",
          a.listener.failure());
      a.links.dial("b", "no-port");
      Await.until("not refused", () -> a.listener.failed.size() == 2);
      assertEquals("b: 'no-port' is not of the form host:port", a.listener.failed.getLast());
    }
  }

  @Test
  void aListenerThatDoesNotAnswerIsGivenUpAfterTheDialTimeout() throws Exception {
    try (TestNode a = TestNode.impatient("a", "b");
        ServerSocket silent = new ServerSocket(0)) {
      a.links.dial("b", "127.0.0.1:" + silent.getLocalPort());
      String failure = a.listener.failure();
      assertTrue(failure.contains("no answer from 127.0.0.1:"), failure);
    }
  }

  @Test
  void aNodeThatStopsSaysSoAndEachLinkIsClosedOnce() throws Exception {
    try (TestNode a = TestNode.plain("a", "b");
        TestNode b = TestNode.plain("b", "a")) {
      a.dial(b);
      b.listener.link();
      b.close();
      assertEquals("b closed the link: this node stops", a.listener.end());
      assertEquals("this node stops", b.listener.end());
      assertEquals(1, a.listener.closed.size());
      assertEquals(1, b.listener.closed.size());
      a.listener.link().send(Messages.heartbeat(1));
      a.listener.link().close("too late");
    }
  }
}
