package bifrost.sync.membership.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Packets: {@code label encrypt(crc? compress? message)}, where the message may be a compound of
 * several.
 *
 * @param security the keys and the label of now
 * @param compress whether to compress what is sent
 * @param limits bounds on what is received
 */
public record PacketCodec(Security security, boolean compress, WireLimits limits) {
  /** Bytes of a compound's header, and of each message in it. */
  public static final int COMPOUND_OVERHEAD = 2;

  private static final int MAX_COMPOUND = 255;

  /** How many bytes a packet needs beside its messages. */
  public int overhead() {
    int checksum = 5;
    return COMPOUND_OVERHEAD
        + security.label().overhead()
        + (security.keys().isEmpty() ? checksum : Encryption.OVERHEAD);
  }

  /**
   * Makes a packet.
   *
   * @param messages at least one, at most 255
   * @param checksum whether the receiver understands checksums; used only without encryption
   */
  public byte[] seal(List<byte[]> messages, boolean checksum) {
    byte[] message = messages.size() == 1 ? messages.getFirst() : compound(messages);
    if (compress) {
      message = Compression.seal(message);
    }
    Keyring keys = security.keys();
    if (!keys.isEmpty()) {
      message = Encryption.seal(keys, message, security.label().bytes());
    } else if (checksum) {
      message = checksum(message);
    }
    return security.label().wrap(message);
  }

  /** Opens a packet; a message that cannot be used spoils the rest of the packet only. */
  public Opened open(byte[] packet) {
    List<Message> messages = new ArrayList<>(2);
    try {
      int start = security.label().skip(packet);
      Keyring keys = security.keys();
      if (!keys.isEmpty()) {
        byte[] plain = Encryption.open(keys, packet, start, security.label().bytes());
        openChecked(plain, 0, messages);
      } else {
        openChecked(packet, start, messages);
      }
      return new Opened(messages, null);
    } catch (BadMessageException e) {
      return new Opened(messages, e.reason());
    } catch (IOException e) {
      throw new IllegalStateException("reading an array failed", e);
    }
  }

  /**
   * What was in a packet.
   *
   * @param messages those that could be read
   * @param dropped why the rest was dropped, or {@code null} when nothing was
   */
  public record Opened(List<Message> messages, DropReason dropped) {}

  private void openChecked(byte[] bytes, int from, List<Message> out)
      throws BadMessageException, IOException {
    if (from < bytes.length && bytes[from] == MessageType.CRC) {
      ByteSource source = ByteSource.of(bytes, from + 1, bytes.length);
      long wanted = source.u32();
      CRC32 crc = new CRC32();
      crc.update(bytes, from + 5, bytes.length - from - 5);
      if (crc.getValue() != wanted) {
        throw new BadMessageException(DropReason.CHECKSUM, "wrong checksum");
      }
      from += 5;
    }
    openMessage(bytes, from, bytes.length, limits.nesting(), out);
  }

  private void openMessage(byte[] bytes, int from, int to, int nesting, List<Message> out)
      throws BadMessageException, IOException {
    if (from >= to) {
      throw ByteSource.truncated();
    }
    if (out.size() >= limits.messages() || nesting == 0) {
      throw new BadMessageException(DropReason.TOO_LARGE, "too many messages in one packet");
    }
    int type = bytes[from] & 0xff;
    switch (type) {
      case MessageType.COMPOUND -> openCompound(bytes, from + 1, to, nesting - 1, out);
      case MessageType.COMPRESS -> {
        byte[] inner = Compression.open(ByteSource.of(bytes, from + 1, to), limits.packet());
        openMessage(inner, 0, inner.length, nesting - 1, out);
      }
      case MessageType.USER ->
          out.add(new Message.User(ByteSource.of(bytes, from + 1, to).take(to - from - 1)));
      case MessageType.PUSH_PULL, MessageType.ERROR ->
          throw new BadMessageException(DropReason.MALFORMED, "belongs into a stream");
      case MessageType.ENCRYPT, MessageType.CRC ->
          throw new BadMessageException(DropReason.MALFORMED, "does not belong inside a packet");
      default -> out.add(new MessageReader(limits).read(type, ByteSource.of(bytes, from + 1, to)));
    }
  }

  private void openCompound(byte[] bytes, int from, int to, int nesting, List<Message> out)
      throws BadMessageException, IOException {
    ByteSource header = ByteSource.of(bytes, from, to);
    int count = header.u8();
    int start = from + 1 + 2 * count;
    for (int i = 0; i < count; i++) {
      int length = header.u16();
      if (start + length > to) {
        throw ByteSource.truncated();
      }
      openMessage(bytes, start, start + length, nesting, out);
      start += length;
    }
  }

  private static byte[] compound(List<byte[]> messages) {
    if (messages.size() > MAX_COMPOUND) {
      throw new IllegalArgumentException(messages.size() + " messages in one packet");
    }
    MsgPackWriter out = new MsgPackWriter().octet(MessageType.COMPOUND).octet(messages.size());
    for (byte[] message : messages) {
      out.octet(message.length >>> 8).octet(message.length);
    }
    messages.forEach(out::bytes);
    return out.toBytes();
  }

  private static byte[] checksum(byte[] message) {
    CRC32 crc = new CRC32();
    crc.update(message);
    long value = crc.getValue();
    MsgPackWriter out = new MsgPackWriter().octet(MessageType.CRC);
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.octet((int) (value >>> shift));
    }
    return out.bytes(message).toBytes();
  }
}
