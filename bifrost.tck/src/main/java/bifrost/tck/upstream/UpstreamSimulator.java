package bifrost.tck.upstream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * A model provider that a test controls: an HTTP/1.1 server on a free loopback port that speaks
 * OpenAI's wire format.
 *
 * <p>Which reply a request gets, first match: the queue of {@link #next}, then the request's key
 * ({@link #onKey}), then its model ({@link #onModel}), then its path ({@link #onPath}), then {@link
 * OpenAi#byPath()}. Every request is recorded before it is answered, see {@link #requests()}.
 *
 * <p>Safe for any thread. {@link #close()} ends all connections and threads and may be called
 * twice.
 *
 * <pre>{@code
 * try (UpstreamSimulator upstream = UpstreamSimulator.start()) {
 *   upstream.onKey("sk-dead", OpenAi.error(401, "invalid_request_error", "invalid_api_key", "no"));
 *   upstream.next(Faults.reset());
 *   // call upstream.baseUrl() + "/v1/chat/completions" ...
 *   Received received = upstream.awaitRequest();
 * }
 * }</pre>
 */
public final class UpstreamSimulator implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ServerSocket server;
  private final Queue<Reply> queue = new ConcurrentLinkedQueue<>();
  private final Map<String, Reply> byKey = new ConcurrentHashMap<>();
  private final Map<String, Reply> byModel = new ConcurrentHashMap<>();
  private final Map<String, Reply> byPath = new ConcurrentHashMap<>();
  private final List<RuntimeException> failures = new CopyOnWriteArrayList<>();
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final List<Received> requests = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private volatile boolean recording = true;

  private UpstreamSimulator(ServerSocket server) {
    this.server = server;
  }

  /** Starts a simulator on a free port. */
  public static UpstreamSimulator start() {
    return start(0);
  }

  /**
   * Starts a simulator on a given port, for a provider that comes back where it was.
   *
   * @throws UncheckedIOException if the port cannot be bound
   */
  public static UpstreamSimulator start(int port) {
    try {
      ServerSocket server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
      UpstreamSimulator simulator = new UpstreamSimulator(server);
      Thread.ofVirtual().name("upstream-accept").start(simulator::accept);
      return simulator;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.getLocalPort();
  }

  /** Its root, as a provider's base URL: {@code http://127.0.0.1:PORT}. */
  public String baseUrl() {
    return "http://127.0.0.1:" + port();
  }

  /** Queues replies for the next requests, whatever they ask for. */
  public UpstreamSimulator next(Reply... replies) {
    queue.addAll(List.of(replies));
    return this;
  }

  /** The reply to all requests that carry this key, see {@link Received#key()}. */
  public UpstreamSimulator onKey(String key, Reply reply) {
    byKey.put(key, reply);
    return this;
  }

  /** The reply to all requests for this model. */
  public UpstreamSimulator onModel(String model, Reply reply) {
    byModel.put(model, reply);
    return this;
  }

  /** The reply to all requests to this path, without the query. */
  public UpstreamSimulator onPath(String path, Reply reply) {
    byPath.put(path, reply);
    return this;
  }

  /** Forgets all replies that were set and all requests recorded. */
  public void clear() {
    queue.clear();
    byKey.clear();
    byModel.clear();
    byPath.clear();
    lock.lock();
    try {
      requests.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Whether requests are recorded, which is so at first; switch it off for load. */
  public UpstreamSimulator recording(boolean on) {
    recording = on;
    return this;
  }

  /** All requests so far in the order of their arrival. */
  public List<Received> requests() {
    return requests(request -> true);
  }

  /** The requests so far that fulfil a condition. */
  public List<Received> requests(Predicate<Received> condition) {
    lock.lock();
    try {
      return requests.stream().filter(condition).toList();
    } finally {
      lock.unlock();
    }
  }

  /** The first request so far, waiting for it if none came yet. */
  public Received awaitRequest() throws InterruptedException {
    return awaitRequests(1, request -> true).getFirst();
  }

  /** The first request for a model, waiting for it if none came yet. */
  public Received awaitRequest(String model) throws InterruptedException {
    return awaitRequests(1, request -> request.model().equals(model)).getFirst();
  }

  /**
   * Waits until at least this many requests fulfil a condition.
   *
   * @return those requests
   * @throws AssertionError after ten seconds
   */
  public List<Received> awaitRequests(int count, Predicate<Received> condition)
      throws InterruptedException {
    long left = PATIENCE.toNanos();
    lock.lock();
    try {
      List<Received> found = requests(condition);
      while (found.size() < count) {
        if (left <= 0) {
          throw new AssertionError(
              "expected " + count + " requests, got " + found.size() + " of " + requests);
        }
        left = arrived.awaitNanos(left);
        found = requests(condition);
      }
      return found;
    } finally {
      lock.unlock();
    }
  }

  /** Number of connections accepted so far. */
  public int connections() {
    return connections.get();
  }

  /** Number of connections that are open now. */
  public int openConnections() {
    return open.size();
  }

  /** What replies threw, besides that a client had gone: empty if the test's script is right. */
  public List<RuntimeException> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      // nothing left to close
    }
    open.forEach(Connection::close);
  }

  void record(Received received) {
    if (!recording) {
      return;
    }
    lock.lock();
    try {
      requests.add(received);
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  Reply replyTo(Received received) {
    Reply queued = queue.poll();
    if (queued != null) {
      return queued;
    }
    Reply reply = byKey.get(received.key());
    if (reply == null) {
      reply = byModel.get(received.model());
    }
    if (reply == null) {
      reply = byPath.get(received.path());
    }
    return reply != null ? reply : OpenAi.byPath();
  }

  void failed(Received received, RuntimeException failure) {
    failures.add(new IllegalStateException("reply to " + received, failure));
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        int number = connections.incrementAndGet();
        Connection connection = new Connection(this, socket, number);
        open.add(connection);
        Thread.ofVirtual()
            .name("upstream-reader-" + number)
            .start(
                () -> {
                  try {
                    connection.run();
                  } finally {
                    open.remove(connection);
                  }
                });
        if (server.isClosed()) {
          connection.close();
        }
      } catch (IOException e) {
        // closed, or one connection was gone before it was accepted
      }
    }
  }
}
