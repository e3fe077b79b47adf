package bifrost.tck.upstream;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The connection of one request as a {@link Reply} sees it: it decides every byte and when it
 * leaves. Each call writes at once; nothing is buffered. For the thread of the reply only.
 */
public final class Wire {
  private final Received request;
  private final Socket socket;
  private final OutputStream out;
  private int pieceSize;
  private Duration pieceGap = Duration.ZERO;
  private boolean closed;

  Wire(Received request, Socket socket) throws IOException {
    this.request = request;
    this.socket = socket;
    this.out = socket.getOutputStream();
  }

  /** The request to answer. */
  public Received request() {
    return request;
  }

  /** Writes bytes as they are. */
  public void raw(byte[] bytes) throws IOException, InterruptedException {
    int size = pieceSize > 0 ? pieceSize : Math.max(1, Math.min(bytes.length, 64 * 1024));
    for (int at = 0; at < bytes.length; at += size) {
      int length = Math.min(size, bytes.length - at);
      out.write(bytes, at, length);
      out.flush();
      request.sent(length);
      if (!pieceGap.isZero()) {
        pause(pieceGap);
      }
    }
  }

  /** Writes text as UTF-8. */
  public void raw(String text) throws IOException, InterruptedException {
    raw(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes a complete answer with its length.
   *
   * @param headers further header lines, as {@code "Name: value"}
   */
  public void answer(int status, String contentType, byte[] body, String... headers)
      throws IOException, InterruptedException {
    byte[] head =
        head(status, contentType, "Content-Length: " + body.length, headers)
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = new byte[head.length + body.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    raw(all);
  }

  /** Writes a complete JSON answer. */
  public void json(int status, String body, String... headers)
      throws IOException, InterruptedException {
    answer(status, "application/json", body.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** Begins an answer of chunks; {@link #end()} completes it. */
  public void start(int status, String contentType, String... headers)
      throws IOException, InterruptedException {
    raw(head(status, contentType, "Transfer-Encoding: chunked", headers));
  }

  /** Begins a stream of server-sent events with status 200. */
  public void startEvents() throws IOException, InterruptedException {
    start(200, "text/event-stream; charset=utf-8", "Cache-Control: no-cache");
  }

  /** Writes one chunk of any bytes, in one TCP write unless split. */
  public void chunk(byte[] bytes) throws IOException, InterruptedException {
    if (bytes.length == 0) {
      return; // an empty chunk would end the body
    }
    byte[] size = (Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[size.length + bytes.length + 2];
    System.arraycopy(size, 0, all, 0, size.length);
    System.arraycopy(bytes, 0, all, size.length, bytes.length);
    all[all.length - 2] = '\r';
    all[all.length - 1] = '\n';
    raw(all);
  }

  /** Writes one chunk of text. */
  public void chunk(String text) throws IOException, InterruptedException {
    chunk(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes one event without a name, in a chunk of its own. */
  public void event(String data) throws IOException, InterruptedException {
    chunk("data: " + data + "\n\n");
  }

  /** Writes one named event, in a chunk of its own. */
  public void event(String name, String data) throws IOException, InterruptedException {
    chunk("event: " + name + "\ndata: " + data + "\n\n");
  }

  /** Ends an answer of chunks. */
  public void end() throws IOException, InterruptedException {
    raw("0\r\n\r\n");
  }

  /** From now on writes in pieces of at most this size, with a gap after each; size 0 ends it. */
  public void split(int size, Duration gap) {
    pieceSize = size;
    pieceGap = gap;
  }

  /**
   * Stays silent for a time.
   *
   * @throws IOException as soon as the client has gone
   */
  public void pause(Duration silence) throws IOException, InterruptedException {
    try {
      request.closed().get(silence.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return;
    } catch (ExecutionException e) {
      throw new IOException(e);
    }
    throw new IOException("the client has gone");
  }

  /** Stays silent until the client goes. */
  public void awaitClientGone() throws InterruptedException {
    try {
      request.closed().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Closes the connection in the ordinary way, wherever the answer stands. */
  public void close() throws IOException {
    closed = true;
    socket.close();
  }

  /** Resets the connection (RST), wherever the answer stands. */
  public void reset() throws IOException {
    closed = true;
    socket.setSoLinger(true, 0);
    socket.close();
  }

  boolean closed() {
    return closed;
  }

  private static String head(int status, String contentType, String framing, String... headers) {
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(status).append(' ').append(reason(status)).append("\r\n");
    head.append("Content-Type: ").append(contentType).append("\r\n");
    head.append(framing).append("\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 402 -> "Payment Required";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 429 -> "Too Many Requests";
      case 500 -> "Internal Server Error";
      case 503 -> "Service Unavailable";
      default -> "Status";
    };
  }
}
