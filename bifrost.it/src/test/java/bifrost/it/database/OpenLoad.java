package bifrost.it.database;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Requests of one gateway over kept connections: at a fixed rate, whether answers come or not, or
 * as many as it takes. Adds up the usage that the answers tell of.
 *
 * <p>The time of a request counts from when it was due, so a gateway that stalls is charged for all
 * that it kept waiting.
 */
public final class OpenLoad implements AutoCloseable {
  private final int port;
  private final byte[] request;
  private final ConcurrentLinkedDeque<KeptConnection> idle = new ConcurrentLinkedDeque<>();
  private final ConcurrentHashMap<String, LongAdder> failures = new ConcurrentHashMap<>();
  private final AtomicLong answered = new AtomicLong();
  private final LongAdder inputTokens = new LongAdder();
  private final LongAdder outputTokens = new LongAdder();

  /** Load of chat calls with a virtual key. */
  public OpenLoad(int port, String key, String body) {
    this.port = port;
    this.request = KeptConnection.post(key, body);
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
  public long answered() {
    return answered.get();
  }

  /** The input tokens that those answers told of. */
  public long inputTokens() {
    return inputTokens.sum();
  }

  /** The output tokens that those answers told of. */
  public long outputTokens() {
    return outputTokens.sum();
  }

  /** How many were not, in all. */
  public long failed() {
    return failures.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** Why requests failed, with how often; empty when none did. */
  public String failures() {
    return failures.entrySet().stream()
        .map(entry -> entry.getValue().sum() + " x " + entry.getKey())
        .collect(Collectors.joining("; "));
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
  public int burst(int connections, int requests) {
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
    for (KeptConnection each = idle.poll(); each != null; each = idle.poll()) {
      each.close();
    }
  }

  private boolean call() {
    try {
      KeptConnection connection = connection();
      int status = connection.exchange(request);
      if (status == 200) {
        inputTokens.add(connection.number("\"prompt_tokens\":"));
        outputTokens.add(connection.number("\"completion_tokens\":"));
        answered.incrementAndGet();
      } else {
        failed("status " + status);
      }
      idle.addFirst(connection);
      return status == 200;
    } catch (IOException e) {
      failed(e.toString());
      return false;
    }
  }

  /** The connection that was used last; one that has long been idle is given up. */
  private KeptConnection connection() throws IOException {
    KeptConnection last = idle.pollFirst();
    if (last != null && last.isFresh()) {
      return last;
    }
    if (last != null) {
      last.close();
    }
    return new KeptConnection(port);
  }

  private void failed(String why) {
    failures.computeIfAbsent(why, key -> new LongAdder()).increment();
  }
}
