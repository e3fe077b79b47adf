package bifrost.sync.membership.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessagesTest {
  static final Optional<Message.Source> SOURCE =
      Optional.of(new Message.Source(address("10.0.0.1", 10_101), "eu-1"));

  static List<Message> all() {
    return List.of(
        new Message.Ping(0, "n", Optional.empty()),
        new Message.Ping(0xffff_ffffL, "node-with-a-name-of-more-than-32-characters", SOURCE),
        new Message.IndirectPing(300, address("fe80::1", 1), "n", true, SOURCE),
        new Message.IndirectPing(70_000, address("10.1.2.3", 65_535), "n", false, Optional.empty()),
        new Message.Nack(127),
        new Message.Failure("refused"),
        new Message.Suspect(128, "a", "b"),
        new Message.Dead(255, "a", "a"));
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyMessageIsReadAsItWasWritten(Message message) throws Exception {
    byte[] bytes = MessageWriter.write(message);
    assertEquals(
        message,
        new MessageReader(WireLimits.DEFAULT)
            .read(bytes[0], ByteSource.of(bytes, 1, bytes.length)));
  }

  @Test
  void metadataSurvivesUpToItsLimitAndNotBeyond() throws Exception {
    byte[] bytes = MessageWriter.write(alive(512));
    Message.Alive read =
        (Message.Alive)
            new MessageReader(WireLimits.DEFAULT)
                .read(bytes[0], ByteSource.of(bytes, 1, bytes.length));
    assertArrayEquals(alive(512).meta(), read.meta());
    assertEquals(Versions.OURS, read.versions());

    byte[] over = MessageWriter.write(alive(513));
    BadMessageException e =
        assertThrows(
            BadMessageException.class,
            () ->
                new MessageReader(WireLimits.DEFAULT)
                    .read(over[0], ByteSource.of(over, 1, over.length)));
    assertEquals(DropReason.TOO_LARGE, e.reason());
  }

  static Stream<String> foreignPings() {
    return Stream.of(
        "82a55365714e6f07a44e6f6465a16e", // the old specification
        "82a55365714e6fcf0000000000000007a44e6f6465d9016e", // wide number, str8
        "83a55365714e6fd20000000707a44e6f6465a16e".replace("0707", "07").replace("83a5", "82a5"),
        "84a55365714e6f07a44e6f6465a16ea158c0a15993a0c3cb0000000000000000"); // unknown fields
  }

  @ParameterizedTest
  @MethodSource("foreignPings")
  void numbersAndStringsAreReadInAnyWidthAndUnknownFieldsPassedOver(String hex) throws Exception {
    byte[] body = HexFormat.of().parseHex(hex);
    assertEquals(
        new Message.Ping(7, "n", Optional.empty()),
        new MessageReader(WireLimits.DEFAULT).read(0, ByteSource.of(body)));
  }

  static Message.Alive alive(int meta) {
    return new Message.Alive(1, "n", address("10.0.0.1", 7), new byte[meta], Versions.OURS);
  }

  static InetSocketAddress address(String host, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
