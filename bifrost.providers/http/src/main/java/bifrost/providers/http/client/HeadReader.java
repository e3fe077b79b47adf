package bifrost.providers.http.client;

import bifrost.api.model.Header;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the head of an answer strictly: what is ambiguous about where a message ends is refused.
 * Interim answers are skipped.
 */
final class HeadReader {
  private static final int MAX_HEAD_BYTES = 64 * 1024;
  private static final int MAX_FIELDS = 256;
  private static final int MAX_INTERIM = 16;

  private final byte[] bytes;
  private final int end;
  private int at;

  private final List<Header> headers = new ArrayList<>(16);
  private boolean close;
  private boolean keepAlive;
  private boolean chunked;
  private long length = -1;
  private int keepAliveSeconds = -1;

  private HeadReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  /** Reads on until a final head is complete; the bytes after it stay in the buffer. */
  static Head read(Connection connection) throws IOException {
    for (int i = 0; i < MAX_INTERIM; i++) {
      int end = fillHead(connection);
      Head head = new HeadReader(connection.buffer, connection.position, end).parse();
      connection.position = end;
      if (head.status() >= 200) {
        return head;
      }
    }
    throw new MalformedException("too many interim answers");
  }

  /** The index after the empty line. */
  private static int fillHead(Connection connection) throws IOException {
    int scanned = connection.position;
    while (true) {
      for (int i = scanned; i < connection.limit; i++) {
        if (connection.buffer[i] == '\n' && endsHead(connection, i)) {
          return i + 1;
        }
      }
      scanned = connection.limit;
      int held = connection.limit - connection.position;
      if (held >= MAX_HEAD_BYTES) {
        throw new MalformedException("a head longer than " + MAX_HEAD_BYTES + " bytes");
      }
      if (connection.position > 0 && held > 0 && connection.limit == connection.buffer.length) {
        System.arraycopy(connection.buffer, connection.position, connection.buffer, 0, held);
        connection.position = 0;
        connection.limit = held;
        scanned = held;
      } else if (connection.limit == connection.buffer.length && held > 0) {
        connection.buffer = Arrays.copyOf(connection.buffer, connection.buffer.length * 2);
      }
      if (held == 0) {
        scanned = 0;
      }
      if (connection.fill() < 0) {
        throw new EOFException();
      }
    }
  }

  private static boolean endsHead(Connection connection, int lineFeed) {
    int i = lineFeed - 1;
    if (i >= connection.position && connection.buffer[i] == '\r') {
      i--;
    }
    return i >= connection.position && connection.buffer[i] == '\n';
  }

  private Head parse() throws IOException {
    int lineEnd = lineEnd();
    int status = status(lineEnd);
    boolean old = bytes[at + 7] == '0';
    at = next(lineEnd);
    while (bytes[at] != '\r' && bytes[at] != '\n') {
      if (headers.size() >= MAX_FIELDS) {
        throw new MalformedException("more than " + MAX_FIELDS + " fields");
      }
      lineEnd = lineEnd();
      field(lineEnd);
      at = next(lineEnd);
    }
    if (status == 101) {
      throw new MalformedException("an upgrade that nobody asked for");
    }
    long bytes = length(status);
    boolean clear = bytes != Head.TO_THE_END && !(chunked && length >= 0);
    boolean reusable = clear && !close && (!old || keepAlive);
    return new Head(status, headers, bytes, reusable, keepAliveSeconds);
  }

  private long length(int status) {
    if (status == 204 || status == 304 || status < 200) {
      return 0;
    }
    return chunked ? Head.CHUNKED : length >= 0 ? length : Head.TO_THE_END;
  }

  /** {@code HTTP/1.x NNN}, and perhaps a reason. */
  private int status(int lineEnd) throws MalformedException {
    byte[] version = {'H', 'T', 'T', 'P', '/', '1', '.'};
    if (lineEnd - at < 12 || !Arrays.equals(bytes, at, at + 7, version, 0, 7)) {
      throw new MalformedException("no status line");
    }
    boolean known = bytes[at + 7] == '0' || bytes[at + 7] == '1';
    boolean ended = lineEnd - at == 12 || bytes[at + 12] == ' ';
    int status = 0;
    for (int i = at + 9; i < at + 12; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        throw new MalformedException("no status");
      }
      status = status * 10 + bytes[i] - '0';
    }
    if (!known || bytes[at + 8] != ' ' || !ended || status < 100 || status > 599) {
      throw new MalformedException("no status line");
    }
    return status;
  }

  private void field(int lineEnd) throws MalformedException {
    int colon = at;
    while (colon < lineEnd && bytes[colon] != ':') {
      if (!Fields.isTokenByte(bytes[colon])) {
        throw new MalformedException("a field name that is no token");
      }
      colon++;
    }
    if (colon == at || colon == lineEnd) {
      throw new MalformedException("a field without a name or a colon");
    }
    int from = colon + 1;
    int to = lineEnd;
    while (from < to && isBlank(bytes[from])) {
      from++;
    }
    while (to > from && isBlank(bytes[to - 1])) {
      to--;
    }
    for (int i = from; i < to; i++) {
      if (bytes[i] >= 0 && bytes[i] < ' ' && bytes[i] != '\t' || bytes[i] == 127) {
        throw new MalformedException("a field value with control characters");
      }
    }
    String name = new String(bytes, at, colon - at, StandardCharsets.ISO_8859_1);
    take(name, new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
  }

  private void take(String name, String value) throws MalformedException {
    if (name.equalsIgnoreCase("content-length")) {
      long given = contentLength(value);
      if (length >= 0 && length != given) {
        throw new MalformedException("two lengths");
      }
      length = given;
    } else if (name.equalsIgnoreCase("transfer-encoding")) {
      if (chunked || !value.equalsIgnoreCase("chunked")) {
        throw new MalformedException("a transfer encoding other than chunked");
      }
      chunked = true;
    } else if (name.equalsIgnoreCase("connection")) {
      close |= Fields.hasToken(value, "close");
      keepAlive |= Fields.hasToken(value, "keep-alive");
    } else if (name.equalsIgnoreCase("keep-alive")) {
      keepAliveSeconds = Fields.keepAliveSeconds(value);
    }
    if (!Fields.isOfConnection(name)) {
      headers.add(new Header(name, value));
    }
  }

  private static long contentLength(String value) throws MalformedException {
    if (value.isEmpty() || value.length() > 18) {
      throw new MalformedException("no length");
    }
    long length = 0;
    for (int i = 0; i < value.length(); i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw new MalformedException("no length");
      }
      length = length * 10 + digit;
    }
    return length;
  }

  /** The index of the line's end, its carriage return left out. */
  private int lineEnd() {
    int i = at;
    while (bytes[i] != '\n') {
      i++;
    }
    return i > at && bytes[i - 1] == '\r' ? i - 1 : i;
  }

  private int next(int lineEnd) {
    return bytes[lineEnd] == '\r' ? lineEnd + 2 : lineEnd + 1;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }
}
