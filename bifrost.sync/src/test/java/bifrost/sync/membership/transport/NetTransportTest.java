package bifrost.sync.membership.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.sync.membership.Await;
import bifrost.sync.membership.protocol.GossipNode;
import bifrost.sync.membership.protocol.MemberRecord;
import bifrost.sync.membership.protocol.NodeListener;
import bifrost.sync.membership.protocol.OwnerThread;
import bifrost.sync.membership.protocol.Profile;
import bifrost.sync.membership.wire.DropReason;
import bifrost.sync.membership.wire.Keyring;
import bifrost.sync.membership.wire.Label;
import bifrost.sync.membership.wire.PacketCodec;
import bifrost.sync.membership.wire.Security;
import bifrost.sync.membership.wire.StreamCodec;
import bifrost.sync.membership.wire.WireLimits;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node on real sockets, and a peer that does not follow the protocol. */
class NetTransportTest {
  private final OwnerThread owner = new OwnerThread("test");
  private NetTransport transport;
  private GossipNode node;

  private void start(Duration inboundTimeout) throws IOException {
    transport = NetTransport.bind(InetAddress.getLoopbackAddress(), 0, inboundTimeout);
    Security security = new Security(Label.NONE, Keyring.of(List.of(new byte[16])));
    node =
        new GossipNode(
            new GossipNode.Settings("a", address(), new byte[0], Profile.LAN),
            owner,
            transport,
            new PacketCodec(security, false, WireLimits.DEFAULT),
            new StreamCodec(security, false, WireLimits.DEFAULT),
            new Deaf(),
            (seed, failure) -> {},
            new Random());
    owner.execute(node::start);
  }

  @AfterEach
  void close() {
    owner.close();
    transport.close();
  }

  @Test
  void garbageIsCountedAndDropped() throws Exception {
    start(Duration.ofMillis(500));
    Random random = new Random(1);
    try (DatagramSocket socket = new DatagramSocket()) {
      for (int i = 1; i <= 200; i++) {
        byte[] bytes = new byte[1 + random.nextInt(1_400)];
        random.nextBytes(bytes);
        socket.send(new DatagramPacket(bytes, bytes.length, address()));
      }
    }
    Await.until("packets are dropped", () -> drops() > 100);
    assertEquals(1, node.present());
  }

  @Test
  void aPeerThatSaysNothingIsCutOff() throws Exception {
    start(Duration.ofMillis(500));
    try (Socket socket = new Socket()) {
      socket.connect(address());
      socket.setSoTimeout(20_000);
      assertTrue(ended(socket));
    }
  }

  @Test
  void aPeerThatAnnouncesTooMuchIsCutOffAtOnce() throws Exception {
    start(Duration.ofMillis(500));
    try (Socket socket = new Socket()) {
      socket.connect(address());
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(new byte[] {10, 0x7f, 0, 0, 0});
      assertTrue(ended(socket));
    }
    Await.until("it is counted", () -> node.stats().dropped(DropReason.TOO_LARGE) == 1);
  }

  @Test
  void aFloodOfStreamsIsBounded() throws Exception {
    start(Duration.ofMinutes(5));
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.connect(address());
        socket.setSoTimeout(1);
      }
      Await.until(
          "64 are served and 36 are closed",
          () ->
              node.stats().streamsIn.sum() == 64
                  && sockets.stream().filter(NetTransportTest::isClosed).count() == 36);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static boolean isClosed(Socket socket) {
    try {
      return ended(socket);
    } catch (IOException e) {
      return true;
    }
  }

  private static boolean ended(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  private long drops() {
    long drops = 0;
    for (DropReason reason : DropReason.values()) {
      drops += node.stats().dropped(reason);
    }
    return drops;
  }

  private InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), transport.port());
  }

  private static final class Deaf implements NodeListener {
    @Override
    public void changed(Kind kind, MemberRecord member) {}

    @Override
    public void conflict(MemberRecord known, InetSocketAddress other) {}

    @Override
    public void message(byte[] payload) {}
  }
}
