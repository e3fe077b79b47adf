package bifrost.runtime.journal.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link ByteSink} wrote, and trusts none of it. Not thread-safe. */
public final class ByteSource {
  private final byte[] bytes;
  private final int end;
  private int position;

  /** A part of an array. */
  public ByteSource(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** Where the next byte is. */
  public int position() {
    return position;
  }

  /** How many bytes are left. */
  public int remaining() {
    return end - position;
  }

  /** One byte, 0 to 255. */
  public int u8() throws MalformedRecordException {
    need(1);
    return bytes[position++] & 0xff;
  }

  /** Two bytes, big endian. */
  public int u16() throws MalformedRecordException {
    return u8() << 8 | u8();
  }

  /** Four bytes, big endian. */
  public int u32() throws MalformedRecordException {
    return u16() << 16 | u16();
  }

  /** Eight bytes, big endian. */
  public long u64() throws MalformedRecordException {
    return (long) u32() << 32 | u32() & 0xffff_ffffL;
  }

  /** An unsigned number. */
  public long varint() throws MalformedRecordException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = u8();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new MalformedRecordException("a number has more than 64 bits");
  }

  /** A signed number. */
  public long signed() throws MalformedRecordException {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }

  /** An unsigned number from 0 to a bound. */
  public int count(int limit) throws MalformedRecordException {
    long value = varint();
    if (value < 0 || value > limit) {
      throw new MalformedRecordException(value + " is out of range, the most is " + limit);
    }
    return (int) value;
  }

  /** Bytes, after their number. */
  public byte[] bytes() throws MalformedRecordException {
    int count = count(end);
    need(count);
    position += count;
    return Arrays.copyOfRange(bytes, position - count, position);
  }

  /** Text, after its number of bytes. */
  public String text() throws MalformedRecordException {
    int count = count(end);
    need(count);
    position += count;
    return new String(bytes, position - count, count, StandardCharsets.UTF_8);
  }

  private void need(int count) throws MalformedRecordException {
    if (remaining() < count) {
      throw new MalformedRecordException("it ends too early");
    }
  }
}
