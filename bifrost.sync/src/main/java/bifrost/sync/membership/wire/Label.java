package bifrost.sync.membership.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A name of the cluster in front of each packet and stream, which keeps clusters apart that can
 * reach each other. It is also authenticated by the encryption. Empty means no header at all.
 *
 * @param text at most 255 bytes in UTF-8
 */
public record Label(String text) {
  /** No label. */
  public static final Label NONE = new Label("");

  /** Refuses a text that is too long. */
  public Label {
    if (text.getBytes(StandardCharsets.UTF_8).length > 255) {
      throw new IllegalArgumentException("label is longer than 255 bytes");
    }
  }

  /** The label's bytes, which the encryption authenticates. */
  byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** By how many bytes a packet grows. */
  int overhead() {
    int length = bytes().length;
    return length == 0 ? 0 : length + 2;
  }

  /** Puts the header in front. */
  byte[] wrap(byte[] message) {
    byte[] label = bytes();
    if (label.length == 0) {
      return message;
    }
    byte[] out = new byte[2 + label.length + message.length];
    out[0] = (byte) MessageType.LABEL;
    out[1] = (byte) label.length;
    System.arraycopy(label, 0, out, 2, label.length);
    System.arraycopy(message, 0, out, 2 + label.length, message.length);
    return out;
  }

  /** Checks the header of a packet, and tells where it ends. */
  int skip(byte[] packet) throws BadMessageException {
    byte[] label = bytes();
    if (packet.length == 0) {
      throw ByteSource.truncated();
    }
    if ((packet[0] & 0xff) != MessageType.LABEL) {
      check(label, new byte[0]);
      return 0;
    }
    if (packet.length < 2 || packet.length < 2 + (packet[1] & 0xff)) {
      throw ByteSource.truncated();
    }
    int end = 2 + (packet[1] & 0xff);
    check(label, Arrays.copyOfRange(packet, 2, end));
    return end;
  }

  /** Refuses what was found in place of this label. */
  static void check(byte[] wanted, byte[] found) throws BadMessageException {
    if (!Arrays.equals(wanted, found)) {
      throw new BadMessageException(DropReason.LABEL, "another cluster's label");
    }
  }
}
