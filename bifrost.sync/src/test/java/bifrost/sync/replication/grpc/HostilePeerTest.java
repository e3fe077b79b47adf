package bifrost.sync.replication.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.sync.replication.grpc.v1.Wire;
import bifrost.sync.replication.link.Link;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
  }

  @Test
  void aMessageThatClaimsAGigabyteIsRefusedByItsHead() throws Exception {
    long before = Runtime.getRuntime().totalMemory();
    try (Http2Caller caller = new Http2Caller(node.links.port())) {
      caller.headers("/bifrost.replication.v1.Replication/Link", "evil", "a");
      caller.data(new byte[] {0, 0x40, 0, 0, 0, 1, 2, 3});
      assertTrue(caller.waitsForEnd());
    }
    String end = endOfEvil();
    assertTrue(end.length() < 501, end);
    assertTrue(Runtime.getRuntime().totalMemory() - before < 512L << 20);
  }

  @Test
  void aConnectionThatSpeaksSomethingElseIsClosed() throws Exception {
    byte[] noise = new byte[100_000];
    new Random(1).nextBytes(noise);
    for (byte[] text :
        List.of(noise, "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.UTF_8))) {
      try (Socket socket = new Socket("127.0.0.1", node.links.port())) {
        socket.setSoTimeout(20_000);
        OutputStream out = socket.getOutputStream();
        try {
          out.write(text);
          out.flush();
          InputStream in = socket.getInputStream();
          in.transferTo(OutputStream.nullOutputStream());
        } catch (java.net.SocketException e) {
          // closed while it was written to
        }
      }
    }
  }

  @Test
  void aCallOfAnotherMethodIsRefused() throws Exception {
    try (Http2Caller caller = new Http2Caller(node.links.port())) {
      caller.headers("/grpc.health.v1.Health/Check", "evil", "a");
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
