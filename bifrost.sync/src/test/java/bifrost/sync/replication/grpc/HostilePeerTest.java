package bifrost.sync.replication.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.sync.membership.Await;
import bifrost.sync.replication.grpc.v1.Wire;
import bifrost.sync.replication.link.Link;
import bifrost.tck.network.Http2Caller;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer that breaks the rules is refused; the link of another one does not notice. */
@Timeout(120)
class HostilePeerTest {
  private static final String LINK = "/bifrost.replication.v1.Replication/Link";
  private static final Map<String, String> EVIL = Map.of("bifrost-node", "evil", "bifrost-to", "a");

  private TestNode node;
  private TestNode good;

  @BeforeEach
  void linkAGoodPeer() throws InterruptedException {
    node = TestNode.plain("a", "b", "evil");
    good = TestNode.plain("b", "a");
    good.dial(node);
    good.listener.link();
    node.listener.link();
  }

  @AfterEach
  void theGoodPeerIsUnaffected() throws InterruptedException {
    int before = node.listener.messages.size();
    good.listener.link().send(Messages.heartbeat(77));
    node.listener.awaitMessages(before + 1);
    assertEquals(Messages.heartbeat(77), node.listener.messages.getLast());
    assertEquals(List.of(), good.listener.closed);
    good.close();
    node.close();
  }

  @Test
  void bytesThatAreNoFrameEndTheLinkWithTheReason() throws Exception {
    String end = sendAsEvil(new byte[] {(byte) 0xff, (byte) 0xff, 1, 2, 3});
    assertTrue(end.startsWith("refused: it sent what is no message"), end);
    awaitRefused("message");
  }

  @Test
  void aMessageOutOfBoundsEndsTheLinkWithTheField() throws Exception {
    Wire.Frame frame =
        Wire.Frame.newBuilder().setHello(Wire.Hello.newBuilder().setNode("evil")).build();
    String end = sendAsEvil(frame.toByteArray());
    assertTrue(end.contains("hello.epoch is 0, use 1 or more"), end);
  }

  @Test
  void aMessageOfMoreThanTheBoundEndsTheLink() throws Exception {
    sendAsEvil(new byte[(4 << 20) + 1]);
    awaitRefused("message");
  }

  @Test
  void aMessageThatClaimsAGigabyteIsRefusedByItsHead() throws Exception {
    long before = Runtime.getRuntime().totalMemory();
    try (Http2Caller caller = caller()) {
      caller.call(1, LINK, EVIL);
      caller.data(1, new byte[] {0, 0x40, 0, 0, 0, 1, 2, 3});
      assertTrue(caller.waitsForClose());
    }
    String end = endOfEvil();
    assertTrue(end.length() < 501, end);
    assertTrue(Runtime.getRuntime().totalMemory() - before < 512L << 20);
    awaitRefused("message");
  }

  @Test
  void aFrameOfSixteenMegabytesIsRefusedByItsHead() throws Exception {
    try (Http2Caller caller = caller()) {
      caller.call(1, LINK, EVIL);
      caller.head((1 << 24) - 1, Http2Caller.DATA, 0, 1);
      assertTrue(caller.waitsForClose());
    }
    awaitRefused("message");
  }

  @Test
  void streamAfterStreamOnOneConnectionCutsIt() throws Exception {
    try (Http2Caller caller = caller()) {
      try {
        for (int i = 0; i < 100_000; i++) {
          caller.call(2 * i + 1, LINK, EVIL);
        }
      } catch (SocketException e) {
        // cut
      }
      assertTrue(isClosed(caller));
    }
    awaitRefused("limit");
  }

  @Test
  void streamsThatAreOpenedAndResetCutTheConnection() throws Exception {
    try (Http2Caller caller = caller()) {
      try {
        for (int i = 0; i < 100_000; i++) {
          caller.call(2 * i + 1, LINK, EVIL);
          caller.frame(Http2Caller.RST_STREAM, 0, 2 * i + 1, new byte[] {0, 0, 0, 8});
        }
      } catch (SocketException e) {
        // cut
      }
      assertTrue(isClosed(caller));
    }
    awaitRefused("limit");
  }

  @Test
  void streamsThatAreNoCallsCutTheConnection() throws Exception {
    try (Http2Caller caller = caller()) {
      try {
        for (int i = 0; i < 100_000; i++) {
          caller.call(2 * i + 1, "/no.such.Service/Method", EVIL);
        }
      } catch (SocketException e) {
        // cut
      }
      assertTrue(isClosed(caller));
    }
    awaitRefused("limit");
  }

  @Test
  void aCallerThatIsRefusedLosesItsConnection() throws Exception {
    try (Http2Caller caller = caller()) {
      caller.call(1, LINK, Map.of("bifrost-node", "stranger", "bifrost-to", "b"));
      assertTrue(caller.waitsForClose());
    }
    awaitRefused("member");
  }

  @Test
  void aPeerThatTheEngineRefusesIsCounted() throws Exception {
    try (Http2Caller caller = caller()) {
      caller.call(1, LINK, EVIL);
      Await.until("no link", () -> node.listener.opened.size() == 2);
      node.listener.opened.getLast().refuse("no greeting came");
      assertTrue(caller.waitsForEnd());
    }
    assertEquals("refused: no greeting came", node.listener.end());
    awaitRefused("member");
  }

  @Test
  void aConnectionThatSpeaksSomethingElseIsClosed() throws Exception {
    byte[] noise = new byte[100_000];
    new Random(1).nextBytes(noise);
    for (byte[] text :
        List.of(noise, "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.UTF_8))) {
      try (Socket socket = socket()) {
        socket.setSoTimeout(20_000);
        OutputStream out = socket.getOutputStream();
        try {
          out.write(text);
          out.flush();
          InputStream in = socket.getInputStream();
          in.transferTo(OutputStream.nullOutputStream());
        } catch (SocketException e) {
          // closed while it was written to
        }
      }
    }
    awaitRefused("message");
  }

  @Test
  void aCallOfAnotherMethodIsRefused() throws Exception {
    try (Http2Caller caller = caller()) {
      caller.call(1, "/grpc.health.v1.Health/Check", EVIL);
      assertTrue(caller.waitsForEnd());
    }
  }

  @Test
  void headersWithoutANodeAreRefused() throws Exception {
    assertEquals(
        Status.Code.PERMISSION_DENIED, call(new Metadata()).get(20, TimeUnit.SECONDS).getCode());
    Metadata odd = new Metadata();
    odd.put(Peers.NODE, "a b/../c");
    odd.put(Peers.TO, "a");
    Status status = call(odd).get(20, TimeUnit.SECONDS);
    assertEquals("it does not say which node it is", status.getDescription());
  }

  @Test
  void oneMemberMayNotHoldManyLinks() throws Exception {
    Metadata headers = new Metadata();
    headers.put(Peers.NODE, "evil");
    headers.put(Peers.TO, "a");
    CompletableFuture<Status> refused = new CompletableFuture<>();
    for (int i = 0; i < 12; i++) {
      call(headers).thenAccept(refused::complete);
    }
    Status status = refused.get(20, TimeUnit.SECONDS);
    assertEquals("it has 8 links already", status.getDescription());
  }

  private Socket socket() throws IOException {
    return new Socket("127.0.0.1", node.links.port());
  }

  private Http2Caller caller() throws IOException {
    return new Http2Caller(socket());
  }

  private static boolean isClosed(Http2Caller caller) throws IOException {
    try {
      return caller.waitsForClose();
    } catch (SocketException e) {
      return true;
    }
  }

  private void awaitRefused(String reason) throws InterruptedException {
    Await.until("not counted as " + reason, () -> node.refused(reason) > 0);
  }

  private CompletableFuture<Status> call(Metadata headers) {
    CompletableFuture<Status> end = new CompletableFuture<>();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", node.links.port()).usePlaintext().build();
    ClientCall<byte[], byte[]> call = channel.newCall(Peers.LINK, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
            channel.shutdownNow();
          }
        },
        headers);
    call.request(1);
    return end;
  }

  private String sendAsEvil(byte[] frame) throws Exception {
    Metadata headers = new Metadata();
    headers.put(Peers.NODE, "evil");
    headers.put(Peers.TO, "a");
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", node.links.port()).usePlaintext().build();
    try {
      ClientCall<byte[], byte[]> call = channel.newCall(Peers.LINK, CallOptions.DEFAULT);
      call.start(new ClientCall.Listener<>() {}, headers);
      call.request(16);
      call.sendMessage(frame);
      return endOfEvil();
    } finally {
      channel.shutdownNow();
    }
  }

  private String endOfEvil() throws InterruptedException {
    String end = node.listener.end();
    assertEquals(1, node.listener.closed.size());
    Link evil = node.listener.opened.getLast();
    assertTrue(evil != node.listener.opened.getFirst());
    return end;
  }
}
