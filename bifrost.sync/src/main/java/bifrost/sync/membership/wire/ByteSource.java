package bifrost.sync.membership.wire;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Bytes that a peer sent, read in order and never beyond a limit. */
abstract class ByteSource {
  abstract int u8() throws BadMessageException, IOException;

  /** The next bytes, as a copy; allocates no more than what has really arrived. */
  abstract byte[] take(int count) throws BadMessageException, IOException;

  final int u16() throws BadMessageException, IOException {
    return u8() << 8 | u8();
  }

  final long u32() throws BadMessageException, IOException {
    return (long) u16() << 16 | u16();
  }

  static ByteSource of(byte[] bytes, int from, int to) {
    return new OfArray(bytes, from, to);
  }

  static ByteSource of(byte[] bytes) {
    return new OfArray(bytes, 0, bytes.length);
  }

  static ByteSource of(InputStream in, int limit) {
    return new OfStream(in, limit);
  }

  static BadMessageException truncated() {
    return new BadMessageException(DropReason.TRUNCATED, "ends too early");
  }

  private static final class OfArray extends ByteSource {
    private final byte[] bytes;
    private final int end;
    private int position;

    OfArray(byte[] bytes, int from, int to) {
      this.bytes = bytes;
      this.position = from;
      this.end = to;
    }

    @Override
    int u8() throws BadMessageException {
      if (position >= end) {
        throw truncated();
      }
      return bytes[position++] & 0xff;
    }

    @Override
    byte[] take(int count) throws BadMessageException {
      if (count < 0 || count > end - position) {
        throw truncated();
      }
      position += count;
      return Arrays.copyOfRange(bytes, position - count, position);
    }
  }

  private static final class OfStream extends ByteSource {
    private final InputStream in;
    private int left;

    OfStream(InputStream in, int limit) {
      this.in = in;
      this.left = limit;
    }

    @Override
    int u8() throws BadMessageException, IOException {
      spend(1);
      int value = in.read();
      if (value < 0) {
        throw truncated();
      }
      return value;
    }

    @Override
    byte[] take(int count) throws BadMessageException, IOException {
      spend(count);
      byte[] bytes = in.readNBytes(count);
      if (bytes.length < count) {
        throw truncated();
      }
      return bytes;
    }

    private void spend(int count) throws BadMessageException {
      if (count < 0 || count > left) {
        throw new BadMessageException(DropReason.TOO_LARGE, "stream is over its limit");
      }
      left -= count;
    }
  }
}
