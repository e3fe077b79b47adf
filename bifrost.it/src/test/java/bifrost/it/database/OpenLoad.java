package bifrost.it.database;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests of one gateway over kept connections: at a fixed rate, whether answers come or not, or
 * as many as it takes.
 *
 * <p>The time of a request counts from when it was due, so a gateway that stalls is charged for all
 * that it kept waiting.
 */
final class OpenLoad implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;

  private final int port;
  private final byte[] request;
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
  private final AtomicLong answered = new AtomicLong();

  OpenLoad(int port, String key, String body) {
    this.port = port;
    this.request =
        ("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                + key
                + "\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body)
            .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * What came of some requests.
   *
   * @param micros the time of each, in microseconds, sorted
   * @param failed how many had another answer than 200, or none
   */
  record Result(long[] micros, int failed) {
    double percentile(double percent) {
      int index = (int) Math.ceil(percent / 100 * micros.length) - 1;
      return micros.length == 0 ? Double.NaN : micros[Math.clamp(index, 0, micros.length - 1)];
    }

    static Result of(Iterable<Result> parts) {
      long[] all = {};
      int failed = 0;
      for (Result part : parts) {
        long[] longer = Arrays.copyOf(all, all.length + part.micros.length);
        System.arraycopy(part.micros, 0, longer, all.length, part.micros.length);
        all = longer;
        failed += part.failed;
      }
      Arrays.sort(all);
      return new Result(all, failed);
    }
  }

  /** How many requests were answered with 200, in all. */
  long answered() {
    return answered.get();
  }

  /** Sends at a rate for a time. */
  Result atRate(int perSecond, double seconds) {
    int count = (int) (perSecond * seconds);
    long[] micros = new long[count];
    AtomicInteger failed = new AtomicInteger();
    long start = System.nanoTime();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        int number = i;
        long due = start + i * 1_000_000_000L / perSecond;
        while (System.nanoTime() < due) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        executor.execute(
            () -> {
              if (!call()) {
                failed.incrementAndGet();
              }
              micros[number] = (System.nanoTime() - due) / 1_000;
            });
      }
    }
    Arrays.sort(micros);
    return new Result(micros, failed.get());
  }

  /** Sends as fast as so many connections can, until so many requests were sent. */
  int burst(int connections, int requests) {
    AtomicInteger left = new AtomicInteger(requests);
    AtomicInteger failed = new AtomicInteger();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < connections; i++) {
        executor.execute(
            () -> {
              while (left.getAndDecrement() > 0) {
                if (!call()) {
                  failed.incrementAndGet();
                }
              }
            });
      }
    }
    return failed.get();
  }

  @Override
  public void close() throws IOException {
    for (Connection connection = idle.poll(); connection != null; connection = idle.poll()) {
      connection.socket.close();
    }
  }

  private boolean call() {
    Connection connection = idle.pollFirst();
    try {
      if (connection == null) {
        connection = new Connection(port);
      }
      boolean good = connection.exchange(request) == 200;
      idle.addFirst(connection);
      if (good) {
        answered.incrementAndGet();
      }
      return good;
    } catch (IOException e) {
      return false;
    }
  }

  private static final class Connection {
    private final Socket socket;
    private final InputStream in;

    private Connection(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      in = new BufferedInputStream(socket.getInputStream(), 8_192);
    }

    /** The status; the body is read and dropped. */
    private int exchange(byte[] request) throws IOException {
      socket.getOutputStream().write(request);
      String status = line();
      long length = -1;
      for (String line = line(); !line.isEmpty(); line = line()) {
        if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
          length = Long.parseLong(line.substring(15).trim());
        }
      }
      if (length < 0) {
        throw new IOException("an answer without a length: " + status);
      }
      in.skipNBytes(length);
      return Integer.parseInt(status.substring(9, 12));
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
}
