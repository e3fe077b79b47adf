package bifrost.sync.membership.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes MessagePack of the old specification: strings and bytes are both {@code raw}. */
final class MsgPackWriter {
  private byte[] buffer = new byte[128];
  private int size;

  MsgPackWriter octet(int value) {
    room(1);
    buffer[size++] = (byte) value;
    return this;
  }

  MsgPackWriter map(int entries) {
    return octet(0x80 | entries);
  }

  MsgPackWriter field(String name, long value) {
    return string(name).unsigned(value);
  }

  MsgPackWriter field(String name, String value) {
    return string(name).string(value);
  }

  MsgPackWriter field(String name, byte[] value) {
    return string(name).raw(value);
  }

  MsgPackWriter field(String name, boolean value) {
    return string(name).octet(value ? 0xc3 : 0xc2);
  }

  MsgPackWriter string(String value) {
    return raw(value.getBytes(StandardCharsets.UTF_8));
  }

  MsgPackWriter raw(byte[] value) {
    if (value.length < 32) {
      octet(0xa0 | value.length);
    } else if (value.length < 0x10000) {
      octet(0xda).bigEndian(value.length, 2);
    } else {
      octet(0xdb).bigEndian(value.length, 4);
    }
    return bytes(value);
  }

  /** Bytes as they are, without a length. */
  MsgPackWriter bytes(byte[] value) {
    room(value.length);
    System.arraycopy(value, 0, buffer, size, value.length);
    size += value.length;
    return this;
  }

  MsgPackWriter unsigned(long value) {
    if (value < 0x80) {
      return octet((int) value);
    }
    if (value < 0x100) {
      return octet(0xcc).octet((int) value);
    }
    if (value < 0x10000) {
      return octet(0xcd).bigEndian(value, 2);
    }
    return value < 0x1_0000_0000L
        ? octet(0xce).bigEndian(value, 4)
        : octet(0xcf).bigEndian(value, 8);
  }

  private MsgPackWriter bigEndian(long value, int width) {
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
      octet((int) (value >>> shift));
    }
    return this;
  }

  byte[] toBytes() {
    return Arrays.copyOf(buffer, size);
  }

  private void room(int more) {
    if (buffer.length - size < more) {
      buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, size + more));
    }
  }
}
