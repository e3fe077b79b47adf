package bifrost.it.support;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A connection that sends any bytes, for what no HTTP client would send. */
public final class RawHttp implements AutoCloseable {
  private static final Duration READ_LIMIT = Duration.ofSeconds(30);

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  /** Connects to a port of this machine. */
  public RawHttp(int port) throws IOException {
    this(port, 0);
  }

  /** Connects with a receive buffer of a chosen size, 0 for the usual one. */
  public RawHttp(int port, int receiveBuffer) throws IOException {
    socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) READ_LIMIT.toMillis());
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** A POST with a JSON body, as bytes. */
  public static byte[] post(String path, String body) {
    return post(path, "Content-Type: application/json\r\n", body.getBytes(StandardCharsets.UTF_8));
  }

  /** A POST with any body and further header lines, each ending in CR LF. */
  public static byte[] post(String path, String headers, byte[] body) {
    byte[] head =
        ("POST "
                + path
                + " HTTP/1.1\r\nHost: localhost\r\n"
                + headers
                + "Content-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = new byte[head.length + body.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }

  /** Sends bytes as they are. */
  public RawHttp send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  /** Sends text as ISO 8859-1. */
  public RawHttp send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Ends what this side sends; answers can still be read. */
  public RawHttp endOfInput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Reads one whole answer. */
  public RawAnswer answer() throws IOException {
    return RawAnswer.read(in);
  }

  /** Reads the head of an answer. */
  public RawAnswer head() throws IOException {
    return RawAnswer.readHead(in);
  }

  /** Reads one chunk of the body; empty at its end. */
  public byte[] chunk() throws IOException {
    return RawAnswer.readChunk(in);
  }

  /** Reads from the body until it contains a text; what was read. */
  public String readUntil(String text) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      byte[] chunk = chunk();
      if (chunk.length == 0) {
        throw new IOException("ended before '" + text + "': " + read);
      }
      read.append(new String(chunk, StandardCharsets.UTF_8));
    }
    return read.toString();
  }

  /** Resets the connection (RST). */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
