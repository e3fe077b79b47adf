package bifrost.providers.http.client;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Gives out an answer's body as it arrives, in slices of the connection's buffer. */
final class BodyReader {
  private static final ByteBuffer END = ByteBuffer.allocate(0).asReadOnlyBuffer();
  private static final int MAX_LINE_BYTES = 4096;
  private static final int MAX_TRAILER_LINES = 64;

  private final Connection connection;
  private final boolean chunked;
  private final boolean toTheEnd;
  private long left;
  private boolean firstChunk = true;
  private boolean ended;

  BodyReader(Connection connection, Head head) {
    this.connection = connection;
    this.chunked = head.length() == Head.CHUNKED;
    this.toTheEnd = head.length() == Head.TO_THE_END;
    this.left = Math.max(0, head.length());
    this.ended = head.length() == 0;
  }

  /** Whether the body was read to its end. */
  boolean ended() {
    return ended;
  }

  /** The next bytes, valid until the next call; none at the end. */
  ByteBuffer next() throws IOException {
    if (!ended && chunked && left == 0) {
      nextChunk();
    }
    if (ended) {
      return END;
    }
    if (connection.position == connection.limit && connection.fill() < 0) {
      if (!toTheEnd) {
        throw new EOFException();
      }
      ended = true;
      return END;
    }
    int available = connection.limit - connection.position;
    int count = toTheEnd ? available : (int) Math.min(left, available);
    ByteBuffer data = ByteBuffer.wrap(connection.buffer, connection.position, count);
    connection.position += count;
    if (!toTheEnd) {
      left -= count;
      ended = !chunked && left == 0;
    }
    return data;
  }

  /** Reads the line before the next chunk, and what follows the last one. */
  private void nextChunk() throws IOException {
    if (!firstChunk && lineLength() != 0) {
      throw new MalformedException("a chunk longer than it said");
    }
    firstChunk = false;
    left = chunkSize();
    if (left == 0) {
      int lines = 0;
      while (lineLength() > 0) {
        if (++lines > MAX_TRAILER_LINES) {
          throw new MalformedException("too many trailers");
        }
      }
      ended = true;
    }
  }

  private long chunkSize() throws IOException {
    long size = 0;
    int digits = 0;
    int b = read();
    for (; Character.digit(b, 16) >= 0; b = read()) {
      if (++digits > 12) {
        throw new MalformedException("a chunk too large");
      }
      size = size * 16 + Character.digit(b, 16);
    }
    if (digits == 0) {
      throw new MalformedException("a chunk without a size");
    }
    for (int skipped = 0; b != '\n'; b = read()) {
      boolean extension = skipped > 0 || b == ';' || b == ' ' || b == '\t' || b == '\r';
      if (!extension || ++skipped > MAX_LINE_BYTES) {
        throw new MalformedException("no chunk size");
      }
    }
    return size;
  }

  /** Skips a line; the bytes it had before its end. */
  private int lineLength() throws IOException {
    int length = 0;
    boolean afterReturn = false;
    for (int b = read(); b != '\n'; b = read()) {
      length++;
      afterReturn = b == '\r';
      if (length > MAX_LINE_BYTES) {
        throw new MalformedException("a line too long");
      }
    }
    return afterReturn ? length - 1 : length;
  }

  private int read() throws IOException {
    if (connection.position == connection.limit && connection.fill() < 0) {
      throw new EOFException();
    }
    return connection.buffer[connection.position++];
  }
}
