package bifrost.sync.membership.wire;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * LZW as in GIF: 8-bit literals, codes of 9 to 12 bits, least significant bit first, 256 clears the
 * table, 257 ends the data.
 */
final class Lzw {
  private static final int CLEAR = 256;
  private static final int END = 257;
  private static final int FIRST_FREE = 258;
  private static final int MIN_WIDTH = 9;
  private static final int MAX_WIDTH = 12;
  private static final int TABLE = 1 << MAX_WIDTH;

  private Lzw() {}

  /**
   * Expands.
   *
   * @param max the most bytes that may come out
   */
  static byte[] decompress(byte[] data, int max) throws BadMessageException {
    short[] prefix = new short[TABLE];
    byte[] suffix = new byte[TABLE];
    byte[] out = new byte[Math.min(max, Math.max(64, 3 * data.length))];
    byte[] string = new byte[TABLE];
    int size = 0;
    int width = MIN_WIDTH;
    int next = FIRST_FREE;
    int last = -1;
    int bits = 0;
    int available = 0;
    int position = 0;
    while (true) {
      while (available < width) {
        if (position == data.length) {
          throw ByteSource.truncated();
        }
        bits |= (data[position++] & 0xff) << available;
        available += 8;
      }
      int code = bits & (1 << width) - 1;
      bits >>>= width;
      available -= width;
      if (code == END) {
        return Arrays.copyOf(out, size);
      }
      if (code == CLEAR) {
        width = MIN_WIDTH;
        next = FIRST_FREE;
        last = -1;
        continue;
      }
      if (code > next || code == next && last < 0 || code >= FIRST_FREE && last < 0) {
        throw new BadMessageException(DropReason.MALFORMED, "bad LZW code");
      }
      int start = TABLE;
      int walk = code;
      if (code == next) {
        start--;
        walk = last;
      }
      for (; walk >= FIRST_FREE; walk = prefix[walk]) {
        string[--start] = suffix[walk];
      }
      string[--start] = (byte) walk;
      if (code == next) {
        string[TABLE - 1] = (byte) walk;
      }
      int length = TABLE - start;
      if (size + length > max) {
        throw new BadMessageException(DropReason.TOO_LARGE, "expands to more than " + max);
      }
      if (size + length > out.length) {
        out = Arrays.copyOf(out, Math.min(max, Math.max(2 * out.length, size + length)));
      }
      System.arraycopy(string, start, out, size, length);
      size += length;
      if (last >= 0 && next < TABLE) {
        prefix[next] = (short) last;
        suffix[next] = (byte) walk;
        next++;
        if (next == 1 << width && width < MAX_WIDTH) {
          width++;
        }
      }
      last = code;
    }
  }

  /** Compresses. */
  static byte[] compress(byte[] data) {
    Codes codes = new Codes();
    codes.put(CLEAR, MIN_WIDTH);
    Map<Integer, Integer> table = new HashMap<>();
    int width = MIN_WIDTH;
    int next = FIRST_FREE;
    int prefix = -1;
    for (byte octet : data) {
      int literal = octet & 0xff;
      if (prefix < 0) {
        prefix = literal;
        continue;
      }
      Integer known = table.get(prefix << 8 | literal);
      if (known != null) {
        prefix = known;
        continue;
      }
      codes.put(prefix, width);
      if (next == TABLE - 1) {
        codes.put(CLEAR, width);
        table.clear();
        width = MIN_WIDTH;
        next = FIRST_FREE;
      } else {
        table.put(prefix << 8 | literal, next);
        if (next++ == 1 << width) {
          width++;
        }
      }
      prefix = literal;
    }
    if (prefix >= 0) {
      codes.put(prefix, width);
      if (next == 1 << width && width < MAX_WIDTH) {
        width++;
      }
    }
    codes.put(END, width);
    return codes.finish();
  }

  private static final class Codes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int bits;
    private int pending;

    void put(int code, int width) {
      bits |= code << pending;
      pending += width;
      while (pending >= 8) {
        out.write(bits);
        bits >>>= 8;
        pending -= 8;
      }
    }

    byte[] finish() {
      if (pending > 0) {
        out.write(bits);
      }
      return out.toByteArray();
    }
  }
}
