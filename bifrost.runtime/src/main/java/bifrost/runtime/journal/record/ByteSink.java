package bifrost.runtime.journal.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes with the primitives of the journal's formats. Not thread-safe. */
public final class ByteSink {
  private byte[] bytes;
  private int length;

  /** A sink with room for so many bytes before it grows. */
  public ByteSink(int capacity) {
    bytes = new byte[capacity];
  }

  /** How many bytes it holds. */
  public int length() {
    return length;
  }

  /** The bytes themselves, valid up to {@link #length} until the next call. */
  public byte[] array() {
    return bytes;
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /** Empties it; a buffer that a large record has blown up is given back. */
  public void clear() {
    length = 0;
    if (bytes.length > 4 << 20) {
      bytes = new byte[64 << 10];
    }
  }

  /** One byte. */
  public ByteSink u8(int value) {
    room(1);
    bytes[length++] = (byte) value;
    return this;
  }

  /** Two bytes, big endian. */
  public ByteSink u16(int value) {
    return u8(value >>> 8).u8(value);
  }

  /** Four bytes, big endian. */
  public ByteSink u32(int value) {
    return u16(value >>> 16).u16(value);
  }

  /** Eight bytes, big endian. */
  public ByteSink u64(long value) {
    return u32((int) (value >>> 32)).u32((int) value);
  }

  /** An unsigned number, seven bits to a byte, the lowest first. */
  public ByteSink varint(long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
    return this;
  }

  /** A signed number, small when near 0. */
  public ByteSink signed(long value) {
    return varint(value << 1 ^ value >> 63);
  }

  /** Bytes, after their number. */
  public ByteSink bytes(byte[] value) {
    return bytes(value, value.length);
  }

  /** The first bytes of an array, after their number. */
  public ByteSink bytes(byte[] value, int count) {
    varint(count);
    return raw(value, 0, count);
  }

  /** Bytes as they are. */
  public ByteSink raw(byte[] value, int offset, int count) {
    room(count);
    System.arraycopy(value, offset, bytes, length, count);
    length += count;
    return this;
  }

  /** Text in UTF-8, after its number of bytes. */
  public ByteSink text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Text of at most so many characters; what is longer is cut, never in the middle of one. */
  public ByteSink text(String value, int limit) {
    if (value.length() <= limit) {
      return text(value);
    }
    int end = Character.isHighSurrogate(value.charAt(limit - 1)) ? limit - 1 : limit;
    return text(value.substring(0, end));
  }

  /** Zeros, up to the next multiple. */
  public ByteSink align(int multiple) {
    int zeros = Math.floorMod(-length, multiple);
    room(zeros);
    Arrays.fill(bytes, length, length + zeros, (byte) 0);
    length += zeros;
    return this;
  }

  /** Overwrites four bytes. */
  public void setU32(int position, int value) {
    bytes[position] = (byte) (value >>> 24);
    bytes[position + 1] = (byte) (value >>> 16);
    bytes[position + 2] = (byte) (value >>> 8);
    bytes[position + 3] = (byte) value;
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
  }
}
