package bifrost.tck.network;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A caller of gRPC that writes HTTP/2 frames by hand, so that what no client would send can be
 * sent. For one thread.
 */
public final class Http2Caller implements AutoCloseable {
  /** Frame types. */
  public static final int DATA = 0;

  public static final int HEADERS = 1;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int GO_AWAY = 7;

  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int TIMEOUT_MILLIS = 40_000;

  private final Socket socket;
  private final OutputStream out;

  /**
   * Begins a connection.
   *
   * @param socket connected, with TLS or without; closed by {@link #close}
   */
  public Http2Caller(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(TIMEOUT_MILLIS);
    out = socket.getOutputStream();
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
  }

  /** Begins a call. */
  public void call(int stream, String path, Map<String, String> headers) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    literal(block, ":method", "POST");
    literal(block, ":scheme", "http");
    literal(block, ":path", path);
    literal(block, ":authority", "bifrost");
    literal(block, "te", "trailers");
    literal(block, "content-type", "application/grpc");
    headers.forEach((name, value) -> literal(block, name, value));
    frame(HEADERS, END_HEADERS, stream, block.toByteArray());
  }

  /** Sends bytes of a call. */
  public void data(int stream, byte[] bytes) throws IOException {
    frame(DATA, 0, stream, bytes);
  }

  /** Sends a frame. */
  public void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    head(payload.length, type, flags, stream);
    out.write(payload);
    out.flush();
  }

  /** Sends the head of a frame, whatever follows. */
  public void head(int length, int type, int flags, int stream) throws IOException {
    out.write(
        new byte[] {
          (byte) (length >> 16),
          (byte) (length >> 8),
          (byte) length,
          (byte) type,
          (byte) flags,
          (byte) (stream >> 24),
          (byte) (stream >> 16),
          (byte) (stream >> 8),
          (byte) stream
        });
    out.flush();
  }

  /** Whether the other side ends a call or the connection; blocks until it does. */
  public boolean waitsForEnd() throws IOException {
    return reads(false);
  }

  /** Whether the other side ends the connection; blocks until it does. */
  public boolean waitsForClose() throws IOException {
    return reads(true);
  }

  private boolean reads(boolean toTheEnd) throws IOException {
    InputStream in = socket.getInputStream();
    while (true) {
      byte[] head = in.readNBytes(9);
      if (head.length < 9) {
        return true;
      }
      int length = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | (head[2] & 0xff);
      if (in.readNBytes(length).length < length) {
        return true;
      }
      boolean ends = head[3] == HEADERS && (head[4] & END_STREAM) != 0;
      if (!toTheEnd && (ends || head[3] == RST_STREAM || head[3] == GO_AWAY)) {
        return true;
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static void literal(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    for (String text : new String[] {name, value}) {
      block.write(text.length());
      block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
  }
}
