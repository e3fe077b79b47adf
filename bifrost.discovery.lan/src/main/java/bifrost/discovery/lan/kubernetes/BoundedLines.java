package bifrost.discovery.lan.kubernetes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads lines, and whole bodies, up to a size. */
final class BoundedLines {
  private static final int BUFFER = 8_192;

  private final InputStream in;
  private final int most;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;

  BoundedLines(InputStream in, int most) {
    this.in = in;
    this.most = most;
  }

  /** The next line without its end, or null at the end of the stream. */
  byte[] next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      if (at == end) {
        at = 0;
        end = in.read(buffer);
        if (end < 0) {
          end = 0;
          return line.size() == 0 ? null : line.toByteArray();
        }
      }
      int from = at;
      while (at < end && buffer[at] != '\n') {
        at++;
      }
      line.write(buffer, from, at - from);
      if (line.size() > most) {
        throw new IOException("a line is longer than " + most + " bytes");
      }
      if (at < end) {
        at++;
        return line.toByteArray();
      }
    }
  }

  /** A whole body. */
  static byte[] all(InputStream in, int most) throws IOException {
    byte[] body = in.readNBytes(most + 1);
    if (body.length > most) {
      throw new IOException("the answer is longer than " + most + " bytes");
    }
    return body;
  }
}
