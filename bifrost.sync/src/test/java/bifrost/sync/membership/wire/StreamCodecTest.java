package bifrost.sync.membership.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamCodecTest {
  @Test
  void aStreamIsReadWithEveryCombinationOfKeyLabelAndCompression() throws Exception {
    for (int mask = 0; mask < 8; mask++) {
      StreamCodec codec =
          codec(
              (mask & 1) == 0 ? Keyring.EMPTY : PacketCodecTest.ring(PacketCodecTest.KEY),
              (mask & 2) == 0 ? "" : "blue",
              (mask & 4) != 0);
      for (int members : new int[] {0, 1, 300}) {
        Message.PushPull sent = pushPull(members);
        Message.PushPull read = (Message.PushPull) codec.readRequest(in(codec.request(sent)));
        assertEquals(members, read.nodes().size());
        assertEquals(sent.join(), read.join());
        read = (Message.PushPull) codec.readAnswer(in(codec.answer(sent)));
        assertEquals(members, read.nodes().size());
      }
      byte[] payload = new byte[100_000];
      Message.User user =
          (Message.User) codec.readRequest(in(codec.request(new Message.User(payload))));
      assertArrayEquals(payload, user.payload());
    }
  }

  @Test
  void aRequestWithAnotherLabelKeyOrNoKeyIsRefused() {
    StreamCodec keyed = codec(PacketCodecTest.ring(PacketCodecTest.KEY), "blue", false);
    byte[] request = keyed.request(pushPull(1));
    refused(DropReason.LABEL, codec(PacketCodecTest.ring(PacketCodecTest.KEY), "", false), request);
    refused(
        DropReason.UNDECRYPTABLE,
        codec(PacketCodecTest.ring(PacketCodecTest.OTHER), "blue", false),
        request);
    refused(DropReason.UNDECRYPTABLE, codec(Keyring.EMPTY, "blue", false), request);
    refused(
        DropReason.UNENCRYPTED, keyed, codec(Keyring.EMPTY, "blue", false).request(pushPull(1)));
  }

  @Test
  void aClaimedLengthOverTheLimitIsRefusedBeforeAnythingIsRead() {
    StreamCodec keyed = codec(PacketCodecTest.ring(PacketCodecTest.KEY), "", false);
    refused(DropReason.TOO_LARGE, keyed, new byte[] {10, 0x7f, -1, -1, -1, 0});
    refused(DropReason.TOO_LARGE, keyed, new byte[] {10, -1, -1, -1, -1, 0});
  }

  @Test
  void anEndlessStreamIsCutAtTheLimit() {
    WireLimits tight = new WireLimits(1_000, 1_000, 10_000, 10, 255, 512, 100, 3);
    StreamCodec small = new StreamCodec(new Security(Label.NONE, Keyring.EMPTY), false, tight);
    byte[] request = codec(Keyring.EMPTY, "", false).request(pushPull(300));
    BadMessageException e =
        assertThrows(BadMessageException.class, () -> small.readRequest(in(request)));
    assertEquals(DropReason.TOO_LARGE, e.reason());
  }

  static Message.PushPull pushPull(int members) {
    List<Message.NodeState> nodes = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      nodes.add(
          new Message.NodeState(
              "node-" + i,
              MessagesTest.address("10.0.0.1", 1 + i),
              new byte[i],
              i,
              Message.Liveness.values()[i % 4],
              Versions.OURS));
    }
    return new Message.PushPull(true, nodes);
  }

  static StreamCodec codec(Keyring keys, String label, boolean compress) {
    return new StreamCodec(new Security(new Label(label), keys), compress, WireLimits.DEFAULT);
  }

  static InputStream in(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  private static void refused(DropReason reason, StreamCodec codec, byte[] request) {
    BadMessageException e =
        assertThrows(BadMessageException.class, () -> codec.readRequest(in(request)));
    assertEquals(reason, e.reason());
  }
}
