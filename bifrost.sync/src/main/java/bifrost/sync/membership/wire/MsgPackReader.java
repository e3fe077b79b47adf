package bifrost.sync.membership.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads MessagePack, the old specification without {@code bin} and {@code str8} and the newer one
 * alike. Nothing is allocated by a length that a peer claims.
 */
final class MsgPackReader {
  private static final int MAX_SKIP_DEPTH = 8;

  private final ByteSource source;

  MsgPackReader(ByteSource source) {
    this.source = source;
  }

  /** The number of entries of a map. */
  int mapSize(int max) throws BadMessageException, IOException {
    int tag = source.u8();
    long size =
        switch (tag) {
          case 0xde -> source.u16();
          case 0xdf -> source.u32();
          default -> {
            if ((tag & 0xf0) != 0x80) {
              throw unexpected("a map", tag);
            }
            yield tag & 0x0f;
          }
        };
    return bounded(size, max);
  }

  /** A string or bytes; nil is empty. */
  byte[] raw(int max) throws BadMessageException, IOException {
    int tag = source.u8();
    return tag == 0xc0 ? new byte[0] : source.take(bounded(rawLength(tag), max));
  }

  String string(int max) throws BadMessageException, IOException {
    return new String(raw(max), StandardCharsets.UTF_8);
  }

  boolean bool() throws BadMessageException, IOException {
    int tag = source.u8();
    if (tag != 0xc2 && tag != 0xc3) {
      throw unexpected("a boolean", tag);
    }
    return tag == 0xc3;
  }

  /** A whole number from 0 to a limit, whatever width it was written in. */
  long unsigned(long max) throws BadMessageException, IOException {
    int tag = source.u8();
    long value =
        switch (tag) {
          case 0xcc, 0xd0 -> source.u8();
          case 0xcd, 0xd1 -> source.u16();
          case 0xce, 0xd2 -> source.u32();
          case 0xcf, 0xd3 -> source.u32() << 32 | source.u32();
          default -> {
            if (tag > 0x7f) {
              throw unexpected("a number", tag);
            }
            yield tag;
          }
        };
    if (value < 0 || value > max) {
      throw new BadMessageException(DropReason.MALFORMED, "number is out of range");
    }
    return value;
  }

  /** Passes over a value of any type. */
  void skip() throws BadMessageException, IOException {
    skip(MAX_SKIP_DEPTH);
  }

  private void skip(int depth) throws BadMessageException, IOException {
    if (depth == 0) {
      throw new BadMessageException(DropReason.TOO_LARGE, "nested too deep");
    }
    int tag = source.u8();
    if (tag <= 0x7f || tag >= 0xe0 || tag == 0xc0 || tag == 0xc2 || tag == 0xc3) {
      return;
    }
    if ((tag & 0xf0) == 0x80) {
      skipAll(2L * (tag & 0x0f), depth);
    } else if ((tag & 0xf0) == 0x90) {
      skipAll(tag & 0x0f, depth);
    } else if (isRaw(tag)) {
      source.take(bounded(rawLength(tag), WireLimits.META));
    } else {
      switch (tag) {
        case 0xcc, 0xd0 -> source.take(1);
        case 0xcd, 0xd1 -> source.take(2);
        case 0xce, 0xd2, 0xca -> source.take(4);
        case 0xcf, 0xd3, 0xcb -> source.take(8);
        case 0xdc -> skipAll(source.u16(), depth);
        case 0xdd -> skipAll(source.u32(), depth);
        case 0xde -> skipAll(2L * source.u16(), depth);
        case 0xdf -> skipAll(2L * source.u32(), depth);
        default -> throw unexpected("a value", tag);
      }
    }
  }

  private void skipAll(long count, int depth) throws BadMessageException, IOException {
    for (long i = bounded(count, 1_024); i > 0; i--) {
      skip(depth - 1);
    }
  }

  private static boolean isRaw(int tag) {
    return (tag & 0xe0) == 0xa0 || tag >= 0xc4 && tag <= 0xc6 || tag >= 0xd9 && tag <= 0xdb;
  }

  private long rawLength(int tag) throws BadMessageException, IOException {
    return switch (tag) {
      case 0xc4, 0xd9 -> source.u8();
      case 0xc5, 0xda -> source.u16();
      case 0xc6, 0xdb -> source.u32();
      default -> {
        if ((tag & 0xe0) != 0xa0) {
          throw unexpected("a string", tag);
        }
        yield tag & 0x1f;
      }
    };
  }

  private static int bounded(long size, int max) throws BadMessageException {
    if (size > max) {
      throw new BadMessageException(DropReason.TOO_LARGE, size + " is over the limit of " + max);
    }
    return (int) size;
  }

  private static BadMessageException unexpected(String wanted, int tag) {
    return new BadMessageException(
        DropReason.MALFORMED, "wants " + wanted + ", finds tag 0x" + Integer.toHexString(tag));
  }
}
