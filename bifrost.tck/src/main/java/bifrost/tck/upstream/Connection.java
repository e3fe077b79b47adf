package bifrost.tck.upstream;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * One accepted connection: a reader that is always in {@code read}, so that it notices at once when
 * the client goes, and a writer that plays the replies in order.
 */
final class Connection {
  private static final int MAX_HEAD = 1024 * 1024;
  private static final int MAX_BODY = 512 * 1024 * 1024;

  private final UpstreamSimulator simulator;
  private final Socket socket;
  private final int number;
  private final CompletableFuture<Long> closed = new CompletableFuture<>();
  private final BlockingQueue<Received> pending = new LinkedBlockingQueue<>();

  Connection(UpstreamSimulator simulator, Socket socket, int number) {
    this.simulator = simulator;
    this.socket = socket;
    this.number = number;
  }

  /** Serves until the client goes; on the reader's thread. */
  void run() {
    Thread writer = Thread.ofVirtual().name("upstream-writer-" + number).start(this::writeReplies);
    try {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (readRequest(in)) {
        // the writer answers
      }
    } catch (IOException e) {
      // closed or reset: what the test looks at is the time of it
    } finally {
      closed.complete(System.nanoTime());
      writer.interrupt();
      close();
    }
  }

  void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // already closed
    }
  }

  private boolean readRequest(InputStream in) throws IOException {
    byte[] head = readHead(in);
    if (head == null) {
      return false;
    }
    String lower = new String(head, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    if (lower.contains("\r\nexpect: 100-continue")) {
      socket.getOutputStream().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes());
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      if (lower.contains("\r\ntransfer-encoding: chunked")) {
        readChunks(in, body);
      } else {
        readExactly(in, contentLength(lower), body);
      }
    } catch (IOException e) {
      simulator.record(new Received(head, body.toByteArray(), false, number, closed));
      throw e;
    }
    Received received = new Received(head, body.toByteArray(), true, number, closed);
    simulator.record(received);
    pending.add(received);
    return true;
  }

  private static byte[] readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream(1024);
    int matched = 0;
    while (matched < 4) {
      int b = in.read();
      if (b < 0) {
        if (head.size() == 0) {
          return null;
        }
        throw new EOFException("cut within the head");
      }
      head.write(b);
      if (head.size() > MAX_HEAD) {
        throw new IOException("head larger than " + MAX_HEAD);
      }
      boolean cr = matched % 2 == 0;
      matched = b == (cr ? '\r' : '\n') ? matched + 1 : b == '\r' ? 1 : 0;
    }
    return head.toByteArray();
  }

  private static int contentLength(String lowerHead) throws IOException {
    int at = lowerHead.indexOf("\r\ncontent-length:");
    if (at < 0) {
      return 0;
    }
    int begin = at + "\r\ncontent-length:".length();
    try {
      int length =
          Integer.parseInt(lowerHead.substring(begin, lowerHead.indexOf('\r', begin)).trim());
      if (length >= 0 && length <= MAX_BODY) {
        return length;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new IOException("bad content-length");
  }

  private static void readChunks(InputStream in, ByteArrayOutputStream body) throws IOException {
    while (true) {
      String line = readLine(in);
      int extension = line.indexOf(';');
      int size = Integer.parseInt((extension < 0 ? line : line.substring(0, extension)).trim(), 16);
      if (size < 0 || size > MAX_BODY - body.size()) {
        throw new IOException("bad chunk size");
      }
      if (size == 0) {
        while (!readLine(in).isEmpty()) {
          // trailers are ignored
        }
        return;
      }
      readExactly(in, size, body);
      readLine(in);
    }
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("cut within a line");
      }
      if (b != '\r') {
        line.append((char) b);
      }
      if (line.length() > MAX_HEAD) {
        throw new IOException("line too long");
      }
    }
    return line.toString();
  }

  private static void readExactly(InputStream in, int length, ByteArrayOutputStream body)
      throws IOException {
    byte[] buffer = new byte[16 * 1024];
    int left = length;
    while (left > 0) {
      int n = in.read(buffer, 0, Math.min(buffer.length, left));
      if (n < 0) {
        throw new EOFException("cut within the body");
      }
      body.write(buffer, 0, n);
      left -= n;
    }
  }

  private void writeReplies() {
    boolean open = true;
    while (open) {
      try {
        Received received = pending.take();
        try {
          open = answer(received);
        } finally {
          received.answered();
        }
      } catch (IOException | InterruptedException e) {
        open = false; // the client has gone, or the simulator is closed
      }
    }
    close();
  }

  private boolean answer(Received received) throws IOException, InterruptedException {
    Wire wire = new Wire(received, socket);
    try {
      simulator.replyTo(received).send(wire);
    } catch (RuntimeException e) {
      simulator.failed(received, e);
      return false;
    }
    boolean close = received.header("Connection").filter("close"::equalsIgnoreCase).isPresent();
    return !wire.closed() && !close;
  }
}
