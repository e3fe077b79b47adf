package bifrost.runtime.snapshot.packed;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads what a {@link PackWriter} has gathered, in the same order. */
final class PackReader {
  private final byte[] bytes;
  private final List<Object> common;
  private int at;
  private int nextCommon;

  PackReader(byte[] bytes, List<Object> common, int from) {
    this.bytes = bytes;
    this.common = common;
    this.at = from;
  }

  long whole() {
    long value = 0;
    int shift = 0;
    while (true) {
      byte octet = bytes[at++];
      value |= (octet & 0x7FL) << shift;
      if (octet >= 0) {
        return value;
      }
      shift += 7;
    }
  }

  int small() {
    return (int) whole();
  }

  String text() {
    int header = small();
    int from = at;
    at += octets(header);
    if (!isWide(header)) {
      return new String(bytes, from, octets(header), StandardCharsets.ISO_8859_1);
    }
    char[] characters = new char[header >>> 1];
    for (int i = 0; i < characters.length; i++) {
      characters[i] = character(from, i, true);
    }
    return new String(characters);
  }

  /** Passes over a text. */
  void skipText() {
    int header = small();
    at += octets(header);
  }

  /** Whether the text that comes next is this one; passes over it. */
  boolean isText(String text) {
    int header = small();
    int from = at;
    at += octets(header);
    if (header >>> 1 != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != character(from, i, isWide(header))) {
        return false;
      }
    }
    return true;
  }

  /**
   * The hash code of the text that comes next, as {@link String#hashCode} has it; passes over it.
   */
  int textHash() {
    int header = small();
    int from = at;
    at += octets(header);
    int hash = 0;
    for (int i = 0; i < header >>> 1; i++) {
      hash = 31 * hash + character(from, i, isWide(header));
    }
    return hash;
  }

  /** A text that may have the entity's id in it. */
  String text(String id) {
    if (small() == 0) {
      return text();
    }
    PackWriter.Around around = common(PackWriter.Around.class);
    return around.before().concat(id).concat(around.after());
  }

  /** The next value that other entities have too. */
  <T> T common(Class<T> type) {
    return type.cast(common.get(nextCommon++));
  }

  private static int octets(int header) {
    return isWide(header) ? header - 1 : header >>> 1;
  }

  private static boolean isWide(int header) {
    return (header & 1) != 0;
  }

  private char character(int from, int index, boolean wide) {
    return wide
        ? (char) (bytes[from + 2 * index] << 8 | bytes[from + 2 * index + 1] & 0xFF)
        : (char) (bytes[from + index] & 0xFF);
  }
}
