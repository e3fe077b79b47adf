package bifrost.runtime.snapshot.packed;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Gathers the bytes of one entity, and the values that it has in common with others. */
final class PackWriter {
  private final List<Object> common = new ArrayList<>();
  private byte[] bytes = new byte[192];
  private int length;

  /**
   * A number in as few bytes as it needs, 10 at most; small ones that are not negative need few.
   */
  PackWriter whole(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      octet((int) rest | 0x80);
      rest >>>= 7;
    }
    octet((int) rest);
    return this;
  }

  /** A number in 8 bytes, the highest first. */
  PackWriter fixed(long value) {
    for (int shift = Long.SIZE - 8; shift >= 0; shift -= 8) {
      octet((int) (value >>> shift));
    }
    return this;
  }

  /** A text: twice its length, plus 1 for two bytes a character, and its characters. */
  PackWriter text(String text) {
    boolean wide = text.chars().anyMatch(c -> c > 0xFF);
    whole(text.length() * 2L + (wide ? 1 : 0));
    if (wide) {
      text.chars().forEach(c -> octet(c >>> 8).octet(c));
      return this;
    }
    byte[] latin = text.getBytes(StandardCharsets.ISO_8859_1);
    ensure(latin.length);
    System.arraycopy(latin, 0, bytes, length, latin.length);
    length += latin.length;
    return this;
  }

  /** A text that may have the entity's id in it; what is around the id is common. */
  PackWriter text(String text, String id) {
    int at = id.isEmpty() ? -1 : text.indexOf(id);
    if (at < 0) {
      return whole(0).text(text);
    }
    return whole(1).common(new Around(text.substring(0, at), text.substring(at + id.length())));
  }

  /** A value that other entities have too. */
  PackWriter common(Object value) {
    common.add(value);
    return this;
  }

  byte[] bytes() {
    return Arrays.copyOf(bytes, length);
  }

  List<Object> common() {
    return List.copyOf(common);
  }

  private PackWriter octet(int value) {
    ensure(1);
    bytes[length++] = (byte) value;
    return this;
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  /** What is around an id. */
  record Around(String before, String after) {}
}
