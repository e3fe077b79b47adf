package bifrost.sync.membership.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacketCodecTest {
  static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  static final byte[] OTHER = "fedcba9876543210".getBytes(StandardCharsets.US_ASCII);

  @Test
  void aPacketOpensWithEveryCombinationOfKeyLabelCompressionAndChecksum() {
    for (int mask = 0; mask < 16; mask++) {
      PacketCodec codec =
          codec((mask & 1) == 0 ? Keyring.EMPTY : ring(KEY), (mask & 2) == 0 ? "" : "blue", false);
      codec = new PacketCodec(codec.security(), (mask & 4) != 0, WireLimits.DEFAULT);
      byte[] packet = codec.seal(encoded(MessagesTest.all()), (mask & 8) != 0);
      PacketCodec.Opened opened = codec.open(packet);
      if (opened.dropped() != null) {
        assertEquals(DropReason.MALFORMED, opened.dropped(), "mask " + mask);
      }
      // the error message belongs into streams: what comes before it is read
      assertEquals(MessagesTest.all().subList(0, 5), opened.messages(), "mask " + mask);
    }
  }

  @Test
  void aNodeWithoutTheKeyLearnsNothing() {
    byte[] packet = codec(ring(KEY), "", false).seal(one("secret-node"), false);
    assertFalse(new String(packet, StandardCharsets.ISO_8859_1).contains("secret"));
    refused(DropReason.UNKNOWN_TYPE, codec(Keyring.EMPTY, "", false), withType(packet, 99));
    refused(DropReason.UNDECRYPTABLE, codec(ring(OTHER), "", false), packet);
  }

  @Test
  void aNodeWithAKeyIgnoresPlainPackets() {
    byte[] plain = codec(Keyring.EMPTY, "", false).seal(one("intruder"), true);
    PacketCodec.Opened opened = codec(ring(KEY), "", false).open(plain);
    assertTrue(opened.messages().isEmpty());
    assertEquals(DropReason.UNDECRYPTABLE, opened.dropped());
  }

  @Test
  void anotherLabelIsRefusedAndTheLabelIsAuthenticated() {
    byte[] blue = codec(ring(KEY), "blue", false).seal(one("n"), false);
    refused(DropReason.LABEL, codec(ring(KEY), "green", false), blue);
    refused(DropReason.LABEL, codec(ring(KEY), "", false), blue);
    refused(
        DropReason.LABEL,
        codec(ring(KEY), "blue", false),
        codec(ring(KEY), "", false).seal(one("n"), false));
    byte[] relabelled = blue.clone();
    System.arraycopy("grey".getBytes(StandardCharsets.US_ASCII), 0, relabelled, 2, 4);
    refused(DropReason.UNDECRYPTABLE, codec(ring(KEY), "grey", false), relabelled);
  }

  @Test
  void aFlippedBitIsFound() {
    PacketCodec codec = codec(Keyring.EMPTY, "", false);
    byte[] packet = codec.seal(one("n"), true);
    packet[packet.length - 1] ^= 1;
    refused(DropReason.CHECKSUM, codec, packet);
  }

  @Test
  void anyKeyOfTheRingOpensAndTheFirstOneSeals() {
    Keyring both = ring(KEY).add(OTHER);
    byte[] packet = codec(both, "", false).seal(one("n"), false);
    assertNull(codec(ring(KEY), "", false).open(packet).dropped());
    byte[] rotated = codec(both.use(OTHER), "", false).seal(one("n"), false);
    assertNull(codec(both, "", false).open(rotated).dropped());
    assertNull(codec(both.use(OTHER).remove(KEY), "", false).open(rotated).dropped());
  }

  @Test
  void nestingAndCountAreBounded() {
    PacketCodec codec = codec(Keyring.EMPTY, "", false);
    List<byte[]> nested = one("n");
    for (int i = 0; i < 4; i++) {
      nested =
          List.of(
              new PacketCodec(codec.security(), false, WireLimits.DEFAULT)
                  .seal(List.of(nested.getFirst(), nested.getFirst()), false));
    }
    assertEquals(DropReason.TOO_LARGE, codec.open(nested.getFirst()).dropped());

    List<byte[]> many = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      many.add(one("n").getFirst());
    }
    byte[] wide = codec.seal(many, false);
    byte[] wider = codec.seal(List.of(wide, wide, wide), false);
    assertEquals(DropReason.TOO_LARGE, codec.open(wider).dropped());
  }

  @Test
  void theStatedOverheadIsEnough() {
    for (boolean keyed : new boolean[] {true, false}) {
      PacketCodec codec = codec(keyed ? ring(KEY) : Keyring.EMPTY, "a-label", false);
      List<byte[]> messages = List.of(new byte[50], new byte[70]);
      int used = 50 + 70 + 2 * PacketCodec.COMPOUND_OVERHEAD + codec.overhead();
      assertTrue(codec.seal(messages, true).length <= used);
    }
  }

  static PacketCodec codec(Keyring keys, String label, boolean compress) {
    return new PacketCodec(new Security(new Label(label), keys), compress, WireLimits.DEFAULT);
  }

  static Keyring ring(byte[] key) {
    return Keyring.of(List.of(key));
  }

  static List<byte[]> one(String node) {
    return encoded(List.of(new Message.Suspect(1, node, node)));
  }

  static List<byte[]> encoded(List<Message> messages) {
    return messages.stream().map(MessageWriter::write).toList();
  }

  private static byte[] withType(byte[] packet, int type) {
    byte[] copy = packet.clone();
    copy[0] = (byte) type;
    return copy;
  }

  private static void refused(DropReason reason, PacketCodec codec, byte[] packet) {
    PacketCodec.Opened opened = codec.open(packet);
    assertEquals(reason, opened.dropped());
    assertTrue(opened.messages().isEmpty());
  }
}
