package bifrost.it.swap;

import static java.nio.charset.StandardCharsets.UTF_8;

import bifrost.it.support.Lab;
import bifrost.it.support.RawAnswer;
import bifrost.it.support.RawHttp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Traffic on a gateway: connections that send one request after another, and streams that are
 * opened again when they have ended. Every answer is checked; a failure is kept with its reason.
 */
public final class Traffic implements AutoCloseable {
  private static final int MOST_FAILURES = 20;

  private final int port;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger streams = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;

  /** For a gateway on a port of this host. */
  public Traffic(int port) {
    this.port = port;
  }

  /** Adds busy connections: the next request follows a few milliseconds after an answer. */
  public Traffic connections(int count, String model) {
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofVirtual().start(() -> busy(model)));
    }
    return this;
  }

  /** Adds streams that must end with {@code [DONE]} after a number of deltas named 0, 1, 2... */
  public Traffic streams(int count, String model, int deltas) {
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofVirtual().start(() -> stream(model, deltas)));
    }
    return this;
  }

  /** How many requests were answered. */
  public int requests() {
    return requests.get();
  }

  /** How many streams ended. */
  public int streams() {
    return streams.get();
  }

  /** How many requests and streams failed. */
  public int failed() {
    return failed.get();
  }

  /** The first failures with their reasons. */
  public List<String> failures() {
    return List.copyOf(failures);
  }

  /** Lets every request and stream end. */
  public void finish() throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Override
  public void close() {
    stopping = true;
    threads.forEach(Thread::interrupt);
  }

  private void busy(String model) {
    byte[] request = RawHttp.post("/v1/chat/completions", Lab.chatBody(model));
    do {
      try (RawHttp http = new RawHttp(port)) {
        do {
          RawAnswer answer = http.send(request).answer();
          requests.incrementAndGet();
          if (answer.status() != 200) {
            fail("status " + answer.status() + " " + answer.text());
          }
          Thread.sleep(5);
        } while (!stopping);
      } catch (IOException | RuntimeException e) {
        fail("request: " + e);
      } catch (InterruptedException e) {
        return;
      }
    } while (!stopping);
  }

  private void stream(String model, int deltas) {
    byte[] request = RawHttp.post("/v1/chat/completions", Lab.streamBody(model));
    do {
      StringBuilder text = new StringBuilder();
      try (RawHttp http = new RawHttp(port)) {
        int status = http.send(request).head().status();
        for (byte[] chunk = http.chunk(); chunk.length > 0; chunk = http.chunk()) {
          text.append(new String(chunk, UTF_8));
        }
        streams.incrementAndGet();
        boolean whole = text.indexOf("\"content\":\"" + (deltas - 1) + "\"") > 0;
        if (status != 200 || !whole || !text.toString().endsWith("data: [DONE]\n\n")) {
          fail("stream: status " + status + ", ends with " + end(text));
        }
      } catch (IOException | RuntimeException e) {
        fail("stream: " + e + " after " + end(text));
      }
    } while (!stopping);
  }

  private static String end(StringBuilder text) {
    return text.substring(Math.max(0, text.length() - 300));
  }

  private void fail(String reason) {
    if (failed.incrementAndGet() <= MOST_FAILURES) {
      failures.add(reason);
    }
  }
}
