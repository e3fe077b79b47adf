package bifrost.sync.membership.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Streams: the one who connects sends one message, the other may answer with one. A message is
 * {@code compress? message}, and with a key {@code 10, length (4 bytes), encrypted}, authenticated
 * together with those 5 bytes and the label. The label's header goes in front of a request only.
 *
 * @param security the keys and the label of now
 * @param compress whether to compress what is sent
 * @param limits bounds on what is received
 */
public record StreamCodec(Security security, boolean compress, WireLimits limits) {
  /** The bytes of a request. */
  public byte[] request(Message message) {
    return security.label().wrap(answer(message));
  }

  /** The bytes of an answer. */
  public byte[] answer(Message message) {
    byte[] plain = MessageWriter.writeToStream(message);
    if (compress) {
      plain = Compression.seal(plain);
    }
    Keyring keys = security.keys();
    if (keys.isEmpty()) {
      return plain;
    }
    byte[] header = header(plain.length + Encryption.OVERHEAD);
    byte[] sealed = Encryption.seal(keys, plain, authenticated(header));
    byte[] out = Arrays.copyOf(header, header.length + sealed.length);
    System.arraycopy(sealed, 0, out, header.length, sealed.length);
    return out;
  }

  /** Reads a request: the label's header, then a message. */
  public Message readRequest(InputStream in) throws BadMessageException, IOException {
    ByteSource source = ByteSource.of(in, limits.stream());
    int first = source.u8();
    byte[] label = {};
    if (first == MessageType.LABEL) {
      label = source.take(source.u8());
      first = source.u8();
    }
    Label.check(security.label().bytes(), label);
    return read(first, source);
  }

  /** Reads an answer. */
  public Message readAnswer(InputStream in) throws BadMessageException, IOException {
    ByteSource source = ByteSource.of(in, limits.stream());
    return read(source.u8(), source);
  }

  private Message read(int type, ByteSource source) throws BadMessageException, IOException {
    Keyring keys = security.keys();
    if (type == MessageType.ENCRYPT) {
      if (keys.isEmpty()) {
        throw new BadMessageException(
            DropReason.UNDECRYPTABLE, "encrypted, and this node has no key");
      }
      byte[] plain = decrypt(keys, source);
      if (plain.length == 0) {
        throw ByteSource.truncated();
      }
      return readPlain(plain[0] & 0xff, ByteSource.of(plain, 1, plain.length));
    }
    if (!keys.isEmpty()) {
      throw new BadMessageException(DropReason.UNENCRYPTED, "not encrypted");
    }
    return readPlain(type, source);
  }

  private byte[] decrypt(Keyring keys, ByteSource source) throws BadMessageException, IOException {
    long length = source.u32();
    if (length > limits.stream()) {
      throw new BadMessageException(
          DropReason.TOO_LARGE, length + " bytes are over the limit of " + limits.stream());
    }
    byte[] sealed = source.take((int) length);
    return Encryption.open(keys, sealed, 0, authenticated(header((int) length)));
  }

  private Message readPlain(int type, ByteSource source) throws BadMessageException, IOException {
    if (type != MessageType.COMPRESS) {
      return readMessage(type, source);
    }
    byte[] inner = Compression.open(source, limits.stream());
    return readMessage(inner[0] & 0xff, ByteSource.of(inner, 1, inner.length));
  }

  private Message readMessage(int type, ByteSource source) throws BadMessageException, IOException {
    MessageReader reader = new MessageReader(limits);
    return switch (type) {
      case MessageType.USER -> new Message.User(source.take(reader.userLength(source)));
      case MessageType.PUSH_PULL, MessageType.PING, MessageType.ACK, MessageType.ERROR ->
          reader.read(type, source);
      default ->
          throw new BadMessageException(DropReason.UNKNOWN_TYPE, "type " + type + " in a stream");
    };
  }

  private static byte[] header(int length) {
    return ByteBuffer.allocate(5).put((byte) MessageType.ENCRYPT).putInt(length).array();
  }

  private byte[] authenticated(byte[] header) {
    byte[] label = security.label().bytes();
    byte[] out = Arrays.copyOf(header, header.length + label.length);
    System.arraycopy(label, 0, out, header.length, label.length);
    return out;
  }
}
