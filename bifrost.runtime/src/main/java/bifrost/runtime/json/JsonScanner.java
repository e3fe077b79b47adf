package bifrost.runtime.json;

import java.nio.charset.StandardCharsets;

/**
 * Checks a JSON document byte by byte and reports the members of its top-level object, without
 * building anything.
 *
 * <p>The whole grammar is checked, UTF-8 included, so that what passes through is known to be well
 * formed. One object scans one document.
 */
public final class JsonScanner {
  /** How deep arrays and objects may nest. */
  public static final int MAX_DEPTH = 128;

  private final byte[] bytes;
  private final int end;
  private final MemberListener listener;
  private final long[] objects = new long[MAX_DEPTH / Long.SIZE];
  private int pos;
  private int depth;

  private JsonScanner(byte[] bytes, int end, MemberListener listener) {
    this.bytes = bytes;
    this.end = end;
    this.listener = listener;
  }

  /** Hears of each member of the top-level object, in the order of the document. */
  @FunctionalInterface
  public interface MemberListener {
    /**
     * A member ended.
     *
     * @param keyStart the offset of the key's opening quote
     * @param keyEnd the offset after the key's closing quote
     * @param valueStart the offset of the value's first byte
     * @param valueEnd the offset after the value's last byte
     */
    void member(int keyStart, int keyEnd, int valueStart, int valueEnd);
  }

  /** What is wrong with a document. */
  public static final class MalformedJsonException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedJsonException(String message, int offset) {
      super(message + " at byte " + offset, null, false, false);
    }
  }

  /**
   * Scans a document whose top level must be an object.
   *
   * @param bytes the document, in UTF-8
   * @param length how many of them count
   * @param listener hears of the top-level members
   * @throws MalformedJsonException naming what is wrong and where
   */
  public static void scanObject(byte[] bytes, int length, MemberListener listener)
      throws MalformedJsonException {
    JsonScanner scanner = new JsonScanner(bytes, length, listener);
    scanner.document();
  }

  private void document() throws MalformedJsonException {
    if (end >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF) {
      throw malformed("the body starts with a byte order mark; send plain UTF-8");
    }
    int first = peek();
    if (first < 0) {
      throw malformed("the body is empty; send a JSON object");
    }
    if (first != '{') {
      throw malformed("the body is not a JSON object");
    }
    topObject();
    if (peek() >= 0) {
      throw malformed("unexpected data after the JSON object");
    }
  }

  private void topObject() throws MalformedJsonException {
    push(true);
    if (peek() == '}') {
      pop();
      return;
    }
    while (true) {
      if (peek() != '"') {
        throw unexpected("a member name in double quotes");
      }
      int keyStart = pos;
      string();
      int keyEnd = pos;
      colon();
      peek();
      int valueStart = pos;
      value();
      listener.member(keyStart, keyEnd, valueStart, pos);
      int next = peek();
      if (next == ',') {
        pos++;
      } else if (next == '}') {
        pop();
        return;
      } else {
        throw unexpected("',' or '}'");
      }
    }
  }

  /** One value with everything inside it; iterative, so that nesting costs no stack. */
  private void value() throws MalformedJsonException {
    int base = depth;
    while (true) {
      int c = peek();
      boolean complete = true;
      switch (c) {
        case '{' -> complete = openObject();
        case '[' -> complete = openArray();
        case '"' -> string();
        case 't' -> literal("true");
        case 'f' -> literal("false");
        case 'n' -> literal("null");
        default -> {
          if (c == '-' || (c >= '0' && c <= '9')) {
            number();
          } else {
            throw unexpected("a value");
          }
        }
      }
      if (complete && closeCompleted(base)) {
        return;
      }
    }
  }

  /** After a complete value: closes what ends here. True when the outermost value is complete. */
  private boolean closeCompleted(int base) throws MalformedJsonException {
    while (depth > base) {
      boolean object = inObject();
      int next = peek();
      if (next == ',') {
        pos++;
        if (object) {
          memberName();
        } else if (peek() == ']') {
          throw unexpected("a value");
        }
        return false;
      }
      if (next != (object ? '}' : ']')) {
        throw unexpected(object ? "',' or '}'" : "',' or ']'");
      }
      pop();
    }
    return true;
  }

  private boolean openObject() throws MalformedJsonException {
    push(true);
    if (peek() == '}') {
      pop();
      return true;
    }
    memberName();
    return false;
  }

  private boolean openArray() throws MalformedJsonException {
    push(false);
    if (peek() == ']') {
      pop();
      return true;
    }
    return false;
  }

  private void memberName() throws MalformedJsonException {
    if (peek() != '"') {
      throw unexpected("a member name in double quotes");
    }
    string();
    colon();
  }

  private void colon() throws MalformedJsonException {
    if (peek() != ':') {
      throw unexpected("':'");
    }
    pos++;
  }

  private void push(boolean object) throws MalformedJsonException {
    if (depth == MAX_DEPTH) {
      throw malformed("the body nests deeper than " + MAX_DEPTH + " levels");
    }
    long bit = 1L << (depth & 63);
    if (object) {
      objects[depth >> 6] |= bit;
    } else {
      objects[depth >> 6] &= ~bit;
    }
    depth++;
    pos++;
  }

  private void pop() {
    depth--;
    pos++;
  }

  private boolean inObject() {
    int top = depth - 1;
    return (objects[top >> 6] & (1L << (top & 63))) != 0;
  }

  /** Skips white space; the next byte, or -1 at the end. */
  private int peek() {
    while (pos < end) {
      byte c = bytes[pos];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return c & 0xFF;
      }
      pos++;
    }
    return -1;
  }

  private void string() throws MalformedJsonException {
    int p = pos + 1;
    while (p < end) {
      byte c = bytes[p];
      if (c == '"') {
        pos = p + 1;
        return;
      }
      if (c == '\\') {
        p = escape(p);
      } else if (c >= 0x20) {
        p++;
      } else if (c < 0) {
        p = utf8(p);
      } else {
        pos = p;
        throw malformed("a control character must be escaped in a string");
      }
    }
    pos = end;
    throw malformed("the body ends inside a string");
  }

  private int escape(int p) throws MalformedJsonException {
    int c = p + 1 < end ? bytes[p + 1] : -1;
    switch (c) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        return p + 2;
      }
      case 'u' -> {
        for (int i = p + 2; i < p + 6; i++) {
          if (i >= end || Character.digit(bytes[i], 16) < 0) {
            pos = p;
            throw malformed("\\u is not followed by four hexadecimal digits");
          }
        }
        return p + 6;
      }
      default -> {
        pos = p;
        throw malformed("unknown escape in a string");
      }
    }
  }

  private int utf8(int p) throws MalformedJsonException {
    int c = bytes[p] & 0xFF;
    int length;
    int least;
    int code;
    if (c >= 0xC2 && c <= 0xDF) {
      length = 2;
      least = 0x80;
      code = c & 0x1F;
    } else if (c >= 0xE0 && c <= 0xEF) {
      length = 3;
      least = 0x800;
      code = c & 0x0F;
    } else if (c >= 0xF0 && c <= 0xF4) {
      length = 4;
      least = 0x10000;
      code = c & 0x07;
    } else {
      pos = p;
      throw malformed("invalid UTF-8");
    }
    for (int i = 1; i < length; i++) {
      int next = p + i < end ? bytes[p + i] & 0xFF : 0;
      if ((next & 0xC0) != 0x80) {
        pos = p;
        throw malformed("invalid UTF-8");
      }
      code = code << 6 | next & 0x3F;
    }
    if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
      pos = p;
      throw malformed("invalid UTF-8");
    }
    return p + length;
  }

  private void number() throws MalformedJsonException {
    if (bytes[pos] == '-') {
      pos++;
    }
    if (pos < end && bytes[pos] == '0') {
      pos++;
      if (pos < end && isDigit(bytes[pos])) {
        throw malformed("a number must not start with 0");
      }
    } else {
      digits();
    }
    if (pos < end && bytes[pos] == '.') {
      pos++;
      digits();
    }
    if (pos < end && (bytes[pos] == 'e' || bytes[pos] == 'E')) {
      pos++;
      if (pos < end && (bytes[pos] == '+' || bytes[pos] == '-')) {
        pos++;
      }
      digits();
    }
  }

  private void digits() throws MalformedJsonException {
    int start = pos;
    while (pos < end && isDigit(bytes[pos])) {
      pos++;
    }
    if (pos == start) {
      throw unexpected("a digit");
    }
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  private void literal(String word) throws MalformedJsonException {
    for (int i = 0; i < word.length(); i++) {
      if (pos + i >= end || bytes[pos + i] != word.charAt(i)) {
        throw unexpected("a value");
      }
    }
    pos += word.length();
  }

  private MalformedJsonException unexpected(String expected) {
    if (pos >= end) {
      return malformed("the body ends where " + expected + " was expected");
    }
    int c = bytes[pos];
    String found =
        c > 0x20 && c < 0x7F
            ? "'" + new String(bytes, pos, 1, StandardCharsets.US_ASCII) + "'"
            : "a byte of value " + (c & 0xFF);
    return malformed("found " + found + " where " + expected + " was expected");
  }

  private MalformedJsonException malformed(String message) {
    return new MalformedJsonException(message, pos);
  }
}
