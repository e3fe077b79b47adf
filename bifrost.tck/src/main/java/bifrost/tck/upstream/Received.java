package bifrost.tck.upstream;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * One request as the simulator received it: the exact bytes of its head and body, and what became
 * of its connection. Safe for any thread.
 */
public final class Received {
  private static final JsonMapper JSON = new JsonMapper();

  private final byte[] head;
  private final byte[] body;
  private final boolean complete;
  private final int connection;
  private final long arrivedNanos = System.nanoTime();
  private final CompletableFuture<Long> closed;
  private final CompletableFuture<Void> answered = new CompletableFuture<>();
  private final AtomicLong bytesSent = new AtomicLong();
  private volatile JsonNode json;

  Received(
      byte[] head, byte[] body, boolean complete, int connection, CompletableFuture<Long> closed) {
    this.head = head;
    this.body = body;
    this.complete = complete;
    this.connection = connection;
    this.closed = closed;
  }

  /** The bytes from the request line to the empty line, both included. */
  public byte[] head() {
    return head.clone();
  }

  /** The body's bytes, without chunk framing; empty where there is none. */
  public byte[] body() {
    return body.clone();
  }

  /** The body as UTF-8. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The body as JSON; a missing node where it is none. */
  public JsonNode json() {
    JsonNode parsed = json;
    if (parsed == null) {
      parsed = parse();
      json = parsed;
    }
    return parsed;
  }

  private JsonNode parse() {
    try {
      return body.length == 0 ? MissingNode.getInstance() : JSON.readTree(body);
    } catch (JacksonException e) {
      return MissingNode.getInstance();
    }
  }

  /** Whether the whole body arrived; false if the client gave up while it sent it. */
  public boolean complete() {
    return complete;
  }

  /** The method, as sent. */
  public String method() {
    return requestLine()[0];
  }

  /** The request target, as sent: path and query. */
  public String target() {
    return requestLine()[1];
  }

  /** The path of the target, without the query. */
  public String path() {
    String target = target();
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** The first value of a header, by name without regard to case. */
  public Optional<String> header(String name) {
    return headers(name).stream().findFirst();
  }

  /** All values of a header in the order sent. */
  public List<String> headers(String name) {
    List<String> values = new ArrayList<>();
    String[] lines = new String(head, StandardCharsets.ISO_8859_1).split("\r\n");
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon > 0 && lines[i].substring(0, colon).trim().equalsIgnoreCase(name)) {
        values.add(lines[i].substring(colon + 1).trim());
      }
    }
    return values;
  }

  /** The key of {@code Authorization: Bearer}, else of {@code api-key}; empty without one. */
  public String key() {
    return header("Authorization")
        .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
        .map(value -> value.substring(7).trim())
        .or(() -> header("api-key"))
        .orElse("");
  }

  /** The model that is asked for, of a JSON or a multipart body; empty without one. */
  public String model() {
    String type = header("Content-Type").orElse("");
    if (type.startsWith("multipart/")) {
      return Multipart.parse(type, body)
          .flatMap(parts -> parts.stream().filter(part -> part.name().equals("model")).findFirst())
          .map(part -> new String(part.content(), StandardCharsets.UTF_8))
          .orElse("");
    }
    return json().path("model").asString("");
  }

  /** Whether a stream is asked for. */
  public boolean stream() {
    return json().path("stream").asBoolean(false);
  }

  /** Number of the connection that carried it, counted from 1: shows which requests shared one. */
  public int connection() {
    return connection;
  }

  /** When the whole request had arrived, as {@link System#nanoTime()}. */
  public long arrivedNanos() {
    return arrivedNanos;
  }

  /**
   * Bytes of the answer that the network took so far: stops growing when the client stops reading.
   */
  public long bytesSent() {
    return bytesSent.get();
  }

  /** Whether the client has closed or reset the connection. */
  public boolean clientGone() {
    return closed.isDone();
  }

  /**
   * Waits until the client closes or resets the connection.
   *
   * @return the time of it, as {@link System#nanoTime()}
   * @throws AssertionError if it does not happen in time
   */
  public long awaitClientGone(Duration limit) throws InterruptedException {
    return await(closed, limit, "the client kept the connection of " + this + " open");
  }

  /**
   * Waits until the reply has been written or has failed.
   *
   * @throws AssertionError if it does not happen in time
   */
  public void awaitAnswered(Duration limit) throws InterruptedException {
    await(answered, limit, "the reply to " + this + " did not end");
  }

  private static <T> T await(CompletableFuture<T> future, Duration limit, String failure)
      throws InterruptedException {
    try {
      return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(failure + " for " + limit, e);
    } catch (ExecutionException e) {
      throw new AssertionError(failure, e);
    }
  }

  CompletableFuture<Long> closed() {
    return closed;
  }

  void sent(int bytes) {
    bytesSent.addAndGet(bytes);
  }

  void answered() {
    answered.complete(null);
  }

  private String[] requestLine() {
    String line = new String(head, StandardCharsets.ISO_8859_1).split("\r\n", 2)[0];
    String[] parts = line.split(" ", 3);
    return parts.length == 3 ? parts : new String[] {line, "", ""};
  }

  /** Method, target and connection; never a header or the body. */
  @Override
  public String toString() {
    return method() + " " + target() + " (connection " + connection + ")";
  }
}
