package bifrost.sync.membership.wire;

import java.io.IOException;

/** The envelope of a compressed message: algorithm 0 is LZW. */
final class Compression {
  private Compression() {}

  /** The message compressed, or as it was when that is no longer. */
  static byte[] seal(byte[] message) {
    byte[] packed =
        new MsgPackWriter()
            .octet(MessageType.COMPRESS)
            .map(2)
            .field("Algo", 0)
            .field("Buf", Lzw.compress(message))
            .toBytes();
    return packed.length < message.length ? packed : message;
  }

  /** The message inside, its type byte included. */
  static byte[] open(ByteSource source, int max) throws BadMessageException, IOException {
    MsgPackReader in = new MsgPackReader(source);
    byte[] data = {};
    for (int left = in.mapSize(8); left > 0; left--) {
      switch (in.string(16)) {
        case "Algo" -> {
          if (in.unsigned(255) != 0) {
            throw new BadMessageException(DropReason.MALFORMED, "unknown compression");
          }
        }
        case "Buf" -> data = in.raw(max);
        default -> in.skip();
      }
    }
    byte[] message = Lzw.decompress(data, max);
    if (message.length == 0) {
      throw ByteSource.truncated();
    }
    return message;
  }
}
