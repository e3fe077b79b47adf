package bifrost.it.database;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection to a gateway that is used again and again, by one thread at a time. */
final class KeptConnection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;

  /** The gateway closes a connection that has been idle for 30 s; a client has to be first. */
  private static final long FRESH_NANOS = 10_000_000_000L;

  private final Socket socket;
  private final InputStream in;
  private byte[] body = new byte[0];
  private long usedNanos = System.nanoTime();

  KeptConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream(), 8_192);
  }

  /** The bytes of a chat call. */
  static byte[] post(String key, String body) {
    return ("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
            + key
            + "\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether it was used not long ago. */
  boolean isFresh() {
    return System.nanoTime() - usedNanos < FRESH_NANOS;
  }

  /** Sends a request and reads the whole answer; returns its status. */
  int exchange(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    String status = line();
    int length = -1;
    for (String line = line(); !line.isEmpty(); line = line()) {
      if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).trim());
      }
    }
    if (length < 0) {
      throw new IOException("an answer without a length: " + status);
    }
    body = in.readNBytes(length);
    usedNanos = System.nanoTime();
    return Integer.parseInt(status.substring(9, 12));
  }

  /** The number that stands behind a text in the last answer. */
  long number(String label) throws IOException {
    String text = new String(body, StandardCharsets.ISO_8859_1);
    int at = text.indexOf(label);
    if (at < 0) {
      throw new IOException("no " + label + " in the answer " + text);
    }
    long number = 0;
    for (int i = at + label.length(); i < text.length() && isDigit(text.charAt(i)); i++) {
      number = number * 10 + text.charAt(i) - '0';
    }
    return number;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder(80);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.length() > 8_192) {
        throw new IOException("the answer broke off");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
