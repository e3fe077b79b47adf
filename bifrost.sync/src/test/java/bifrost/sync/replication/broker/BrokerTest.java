package bifrost.sync.replication.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Member;
import bifrost.api.cluster.Membership.Delivery;
import bifrost.api.cluster.MessageListener;
import bifrost.api.snapshot.Version;
import bifrost.sync.membership.Await;
import bifrost.sync.replication.broker.BrokerSettings.Address;
import bifrost.sync.replication.grpc.Messages;
import bifrost.sync.replication.grpc.RecordingListener;
import bifrost.sync.replication.link.Link;
import bifrost.sync.replication.link.Links;
import bifrost.sync.replication.message.ChangeEntry;
import bifrost.sync.replication.message.SyncMessage;
import bifrost.sync.replication.tls.NodeTls;
import bifrost.sync.replication.tls.TlsSettings;
import bifrost.sync.replication.tls.TlsSettings.Verify;
import bifrost.tck.tls.TestAuthority;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BrokerTest {
  private static final String TOKEN = "a token of the tests";

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private final class Node implements AutoCloseable {
    private final RecordingListener listener = new RecordingListener();
    private final BrokerMembership membership;
    private final Links links;

    private Node(String id, long epoch, String token, BrokerServer... brokers) {
      List<Address> addresses = new ArrayList<>();
      for (BrokerServer broker : brokers) {
        addresses.add(new Address("127.0.0.1", broker.port()));
      }
      membership =
          new BrokerMembership(
              new BrokerSettings(id, epoch, "eu", addresses, false, Optional.empty(), token),
              Clock.systemUTC());
      links = membership.links();
      links.start(listener);
      open.add(this);
    }

    private Node(String id, BrokerServer... brokers) {
      this(id, 1, TOKEN, brokers);
    }

    private void awaitMembers(String... ids) throws InterruptedException {
      Await.until("members are " + members(), () -> members().equals(List.of(ids)));
    }

    private List<String> members() {
      return membership.view().present().stream().map(Member::id).toList();
    }

    @Override
    public void close() {
      links.close();
      membership.close();
    }
  }

  @Test
  void nodesAtABrokerAreMembersAndLinkedThroughIt() throws Exception {
    BrokerServer broker = broker();
    Node a = new Node("a", broker);
    Node b = new Node("b", broker);
    Node c = new Node("c", broker);
    a.awaitMembers("a", "b", "c");
    b.awaitMembers("a", "b", "c");
    assertEquals("a", c.membership.view().leader());
    a.links.dial("b", "broker");
    Link there = a.listener.link();
    Link here = b.listener.link();
    assertEquals(Optional.of("b"), there.dialled());
    assertEquals(Optional.empty(), here.dialled());
    there.send(Messages.hello("a"));
    here.send(Messages.hello("b"));
    for (SyncMessage message : Messages.ALL.subList(1, Messages.ALL.size())) {
      there.send(message);
      here.send(message);
    }
    a.listener.awaitMessages(Messages.ALL.size());
    b.listener.awaitMessages(Messages.ALL.size());
    List<SyncMessage> all = Messages.ALL.subList(1, Messages.ALL.size());
    assertEquals(all, a.listener.messages.subList(1, Messages.ALL.size()));
    assertEquals(all, b.listener.messages.subList(1, Messages.ALL.size()));
    assertEquals(List.of(), c.listener.opened);
  }

  @Test
  void theReasonOfACloseReachesTheOtherSide() throws Exception {
    BrokerServer broker = broker();
    Node a = new Node("a", broker);
    Node b = new Node("b", broker);
    a.awaitMembers("a", "b");
    a.links.dial("b", "broker");
    a.listener.link().close("replaced by a newer link");
    assertEquals("a closed the link: replaced by a newer link", b.listener.end());
    assertEquals("replaced by a newer link", a.listener.end());
    assertEquals(1, a.listener.closed.size());
  }

  @Test
  void aWrongTokenIsRefused() throws Exception {
    BrokerServer broker = broker();
    Node a = new Node("a", broker);
    Node b = new Node("b", 1, "another token, also long", broker);
    a.awaitMembers("a");
    Await.until("a is not attached", () -> broker.nodes() == 1);
    assertEquals(List.of("b"), b.members());
    b.links.dial("a", "broker");
    assertTrue(b.listener.failure().contains("is at none of the brokers"), b.listener.failure());
  }

  @Test
  void whenABrokerStopsTheNextOneCarriesTheLinks() throws Exception {
    BrokerServer first = broker();
    BrokerServer second = broker();
    Node a = new Node("a", first, second);
    Node b = new Node("b", first, second);
    a.awaitMembers("a", "b");
    b.awaitMembers("a", "b");
    Await.until("not at both", () -> first.nodes() == 2 && second.nodes() == 2);
    a.links.dial("b", "broker");
    a.listener.link();
    b.listener.link();
    first.close();
    a.listener.end();
    b.listener.end();
    a.links.dial("b", "broker");
    Await.until("no new link", () -> b.listener.opened.size() == 2);
    Await.until("no new link", () -> a.listener.opened.size() == 2);
    a.listener.link().send(Messages.heartbeat(5));
    b.listener.awaitMessages(1);
    assertEquals(List.of("a", "b"), a.members());
  }

  @Test
  void aPeerThatDoesNotReadHoldsUpItsSenderAndNotTheBroker() throws Exception {
    BrokerServer broker = broker();
    Node a = new Node("a", broker);
    Node b = new Node("b", broker);
    a.awaitMembers("a", "b");
    b.listener.reads = false;
    a.links.dial("b", "broker");
    Link link = a.listener.link();
    Await.until("never ready", link::isReady);
    SyncMessage large =
        new SyncMessage.Changes(
            List.of(
                new ChangeEntry(
                    "team", "t", new Version(1, "a"), Optional.of("x".repeat(10_000)), List.of())),
            List.of());
    int sent = 16;
    for (int i = 0; i < sent; i++) {
      link.send(large);
    }
    b.listener.awaitMessages(sent);
    assertFalse(link.isReady());
    for (int i = 0; i < sent; i++) {
      b.listener.link().processed();
    }
    Await.until("not ready again", () -> link.isReady() && a.listener.ready.get() > 0);
  }

  @Test
  void aNodeThatIsGoneIsNoMemberAfterTheGraceAndItsLinksAreOver() throws Exception {
    BrokerServer broker = broker();
    Node a = new Node("a", broker);
    Node b = new Node("b", broker);
    a.awaitMembers("a", "b");
    a.links.dial("b", "broker");
    a.listener.link();
    b.close();
    a.listener.end();
    a.awaitMembers("a");
  }

  @Test
  void ofTwoNodesWithOneIdTheLaterLifeStays() throws Exception {
    BrokerServer broker = broker();
    Node other = new Node("b", broker);
    Node old = new Node("a", 1, TOKEN, broker);
    other.awaitMembers("a", "b");
    old.close();
    new Node("a", 2, TOKEN, broker);
    Await.until(
        "the later life is not seen",
        () -> other.membership.view().member("a").orElseThrow().incarnation() == 2);
    assertEquals(2, broker.nodes());
  }

  @Test
  void nodesAttachOnlyToABrokerWhoseCertificateIsOfTheirAuthority(@TempDir Path folder)
      throws Exception {
    new TestAuthority("ours").request("broker").dns("localhost").issue().write(folder);
    Path cert = folder.resolve("cert.pem");
    NodeTls tls =
        new NodeTls(
            new TlsSettings(cert, folder.resolve("key.pem"), cert, Verify.CA), Clock.systemUTC());
    BrokerServer broker =
        new BrokerServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), TOKEN, Optional.of(tls));
    open.add(broker);
    new TestAuthority("theirs").node("x").write(folder.resolve("theirs"));
    BrokerMembership stranger = overTls("b", broker, folder.resolve("theirs/ca.pem"));
    BrokerMembership node = overTls("a", broker, folder.resolve("ca.pem"));
    Await.until("a is not attached", () -> broker.nodes() == 1);
    overTls("c", broker, folder.resolve("ca.pem"));
    Await.until("c is not attached", () -> !node.view().peers().isEmpty());
    assertEquals("c", node.view().peers().getFirst().id());
    assertEquals(List.of(), stranger.view().peers());
    Files.copy(
        folder.resolve("ca.pem"),
        folder.resolve("theirs/ca.pem"),
        StandardCopyOption.REPLACE_EXISTING);
    Await.until("the new ca is not used", () -> stranger.view().peers().size() == 2);
  }

  private BrokerMembership overTls(String id, BrokerServer broker, Path ca) {
    BrokerMembership membership =
        new BrokerMembership(
            new BrokerSettings(
                id,
                1,
                "eu",
                List.of(new Address("localhost", broker.port())),
                true,
                Optional.of(ca),
                TOKEN),
            Clock.systemUTC());
    open.add(membership::close);
    return membership;
  }

  @Test
  void shortMessagesReachTheirMember() throws Exception {
    BrokerServer broker = broker();
    Node a = new Node("a", broker);
    Node b = new Node("b", broker);
    a.awaitMembers("a", "b");
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    b.membership.bindMessages(
        new MessageListener() {
          @Override
          public String topic() {
            return "greeting";
          }

          @Override
          public void received(byte[] payload) {
            received.add(new String(payload));
          }
        });
    assertTrue(a.membership.send("b", "greeting", "hello".getBytes(), Delivery.RELIABLE));
    assertEquals("hello", received.poll(20, TimeUnit.SECONDS));
    a.membership.broadcast("greeting", "all".getBytes());
    assertEquals("all", received.poll(20, TimeUnit.SECONDS));
    assertFalse(a.membership.send("x", "greeting", new byte[0], Delivery.RELIABLE));
  }

  private BrokerServer broker() {
    BrokerServer broker =
        new BrokerServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), TOKEN, Optional.empty());
    open.add(broker);
    return broker;
  }
}
