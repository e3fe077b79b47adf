package bifrost.it.bench;

import bifrost.tck.upstream.Reply;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Opens streams at set times, whatever became of the ones before, and counts their latency from the
 * time at which they should have been sent. The upstream writes its clock into every chunk, so that
 * the way of each chunk is measured too: both ends run in this JVM.
 */
final class StreamLoad {
  private static final String CLOCK = "\"t\":";

  private final ConcurrentLinkedQueue<Double> firstMillis = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Double> chunkMillis = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

  /** A stream of chunks that carry the time at which they were written. */
  static Reply clocked(int chunks, Duration gap) {
    return wire -> {
      wire.startEvents();
      for (int i = 0; i < chunks; i++) {
        wire.event(
            "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"token\"},"
                + "\"finish_reason\":null}],"
                + CLOCK
                + System.nanoTime()
                + "}");
        if (!gap.isZero()) {
          wire.pause(gap);
        }
      }
      wire.event("[DONE]");
      wire.end();
    };
  }

  /** Opens {@code atOnce} streams together, {@code rounds} times with a pause between. */
  StreamLoad bursts(Target target, String key, int atOnce, int rounds, Duration pause)
      throws InterruptedException {
    byte[] request = request(target, key);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < rounds; round++) {
        CountDownLatch connected = new CountDownLatch(atOnce);
        CountDownLatch go = new CountDownLatch(1);
        for (int i = 0; i < atOnce; i++) {
          threads.submit(() -> stream(target.streamPort(), request, connected, go));
        }
        connected.await();
        go.countDown();
        Thread.sleep(pause);
      }
    }
    return this;
  }

  /** Milliseconds from the intended send to the first content. */
  List<Double> firstMillis() {
    return List.copyOf(firstMillis);
  }

  /** Milliseconds from the upstream's write to the client's read, for each chunk but the first. */
  List<Double> chunkMillis() {
    return List.copyOf(chunkMillis);
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Streams that are open and stay so until closed. */
  static final class Held implements AutoCloseable {
    private final List<Socket> sockets = new ArrayList<>();

    @Override
    public void close() throws IOException {
      for (Socket socket : sockets) {
        socket.close();
      }
    }

    int count() {
      return sockets.size();
    }
  }

  /** Opens streams one after another, each once the one before has its first chunk. */
  static Held hold(Target target, String key, int count) throws IOException {
    byte[] request = request(target, key);
    Held held = new Held();
    try {
      for (int i = 0; i < count; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), target.streamPort());
        held.sockets.add(socket);
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(request);
        awaitContent(new BufferedInputStream(socket.getInputStream(), 512));
      }
      return held;
    } catch (IOException e) {
      held.close();
      throw new IOException("after " + held.count() + " held streams: " + e.getMessage(), e);
    }
  }

  private void stream(int port, byte[] request, CountDownLatch connected, CountDownLatch go) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(30_000);
      connected.countDown();
      go.await();
      long intended = System.nanoTime();
      socket.getOutputStream().write(request);
      read(new BufferedInputStream(socket.getInputStream()), intended);
    } catch (IOException | InterruptedException e) {
      connected.countDown();
      failures.add(e.toString());
    }
  }

  private void read(InputStream in, long intended) throws IOException {
    boolean first = true;
    for (String line = readLine(in); !line.startsWith("data: [DONE]"); line = readLine(in)) {
      int clock = line.indexOf(CLOCK);
      if (clock < 0) {
        continue;
      }
      long now = System.nanoTime();
      int from = clock + CLOCK.length();
      int end = from;
      while (Character.isDigit(line.charAt(end))) {
        end++;
      }
      if (first) {
        firstMillis.add((now - intended) / 1e6);
        first = false;
      } else {
        chunkMillis.add((now - Long.parseLong(line.substring(from, end))) / 1e6);
      }
    }
  }

  private static void awaitContent(InputStream in) throws IOException {
    String status = readLine(in);
    if (!status.contains(" 200")) {
      throw new IOException("status line " + status);
    }
    while (!readLine(in).contains(CLOCK)) {
      // heads and chunk sizes
    }
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("ended after " + line);
      }
      line.append((char) b);
    }
    return line.toString();
  }

  private static byte[] request(Target target, String key) {
    String body = Bench.body(target.streamModel(), true);
    return ("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nAuthorization: Bearer "
            + key
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
