package bifrost.discovery.lan.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.ObjectMapper;

/**
 * An API server with pods: lists in pages, watches from a version on with bookmarks and time-outs,
 * 410 Gone for versions that it has forgotten, tokens. Safe for any thread.
 */
final class ApiServerStub implements AutoCloseable {
  private static final long BOOKMARK_MILLIS = 200;

  private final HttpServer server;
  private final boolean isTls;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ObjectMapper json = new ObjectMapper();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Map<String, Object>> pods = new LinkedHashMap<>();
  private final List<Event> events = new ArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private long version = 100;
  private long forgotten;
  private volatile boolean dark;
  private volatile boolean cutWatches;
  private volatile String token = "";
  private volatile int status = 200;
  private volatile byte[] garbage;

  private record Event(long version, String type, Map<String, Object> pod) {}

  ApiServerStub() throws IOException {
    this(null);
  }

  /** One that speaks HTTPS unless the context is null. */
  ApiServerStub(SSLContext tls) throws IOException {
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    isTls = tls != null;
    if (tls == null) {
      server = HttpServer.create(free, 64);
    } else {
      HttpsServer secure = HttpsServer.create(free, 64);
      secure.setHttpsConfigurator(new HttpsConfigurator(tls));
      server = secure;
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  URI uri() {
    int port = server.getAddress().getPort();
    return URI.create(isTls ? "https://localhost:" + port : "http://127.0.0.1:" + port);
  }

  List<String> requests() {
    return requests;
  }

  void setDark(boolean now) {
    dark = now;
  }

  void setStatus(int now) {
    status = now;
  }

  void setGarbage(byte[] now) {
    garbage = now;
  }

  void requireToken(String required) {
    token = required;
  }

  /** Ends all watches, as the end of a server does. */
  void cutWatches() throws InterruptedException {
    cutWatches = true;
    Thread.sleep(2 * BOOKMARK_MILLIS);
    cutWatches = false;
  }

  /** Forgets all versions up to now: watches from them are gone. */
  void compact() {
    change(
        () -> {
          version++;
          forgotten = version;
          events.clear();
        });
  }

  void put(String label, String name, String phase, String address, Map<String, String> labels) {
    change(
        () -> {
          version++;
          Map<String, Object> pod = pod(label, name, phase, address, labels);
          String type = pods.put(name, pod) == null ? "ADDED" : "MODIFIED";
          events.add(new Event(version, type, pod));
        });
  }

  /** Marks a pod as being deleted; it still runs. */
  void terminate(String name) {
    change(
        () -> {
          version++;
          Map<String, Object> pod = new LinkedHashMap<>(pods.get(name));
          Map<String, Object> metadata = metadata(pod);
          metadata.put("deletionTimestamp", "2026-01-01T00:00:00Z");
          metadata.put("resourceVersion", Long.toString(version));
          pod.put("metadata", metadata);
          pods.put(name, pod);
          events.add(new Event(version, "MODIFIED", pod));
        });
  }

  void delete(String name) {
    change(
        () -> {
          Map<String, Object> pod = pods.remove(name);
          if (pod != null) {
            version++;
            events.add(new Event(version, "DELETED", pod));
          }
        });
  }

  private Map<String, Object> pod(
      String label, String name, String phase, String address, Map<String, String> labels) {
    Map<String, String> all = new LinkedHashMap<>(labels);
    all.put("app", label);
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", name);
    metadata.put("uid", "uid-" + name);
    metadata.put("resourceVersion", Long.toString(version));
    metadata.put("labels", all);
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("phase", phase);
    if (!address.isEmpty()) {
      state.put("podIP", address);
      state.put("podIPs", List.of(Map.of("ip", address)));
    }
    Map<String, Object> pod = new LinkedHashMap<>();
    pod.put("kind", "Pod");
    pod.put("metadata", metadata);
    pod.put("status", state);
    return pod;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> metadata(Map<String, Object> pod) {
    return new LinkedHashMap<>((Map<String, Object>) pod.get("metadata"));
  }

  @SuppressWarnings("unchecked")
  private static boolean matches(Map<String, Object> pod, String selector) {
    Map<String, String> labels = (Map<String, String>) metadata(pod).get("labels");
    return selector.equals("app=" + labels.get("app"));
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(exchange.getRequestURI().toString());
      Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
      if (waitWhileDark()) {
        return;
      }
      String presented = exchange.getRequestHeaders().getFirst("Authorization");
      if (!token.isEmpty() && !("Bearer " + token).equals(presented)) {
        send(exchange, 401, "{\"kind\":\"Status\",\"code\":401}".getBytes(StandardCharsets.UTF_8));
      } else if (status != 200) {
        send(exchange, status, "{\"kind\":\"Status\"}".getBytes(StandardCharsets.UTF_8));
      } else if (garbage != null) {
        send(exchange, 200, garbage);
      } else if (query.containsKey("watch")) {
        watch(exchange, query);
      } else {
        list(exchange, query);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void list(HttpExchange exchange, Map<String, String> query) throws IOException {
    int from = Integer.parseInt(query.getOrDefault("continue", "0"));
    int limit = Integer.parseInt(query.getOrDefault("limit", "100000"));
    Map<String, Object> metadata = new LinkedHashMap<>();
    List<Map<String, Object>> page;
    lock.lock();
    try {
      List<Map<String, Object>> all =
          pods.values().stream().filter(pod -> matches(pod, query.get("labelSelector"))).toList();
      int to = Math.min(all.size(), from + limit);
      page = all.subList(Math.min(from, to), to);
      metadata.put("resourceVersion", Long.toString(version));
      if (to < all.size()) {
        metadata.put("continue", Integer.toString(to));
      }
    } finally {
      lock.unlock();
    }
    send(
        exchange,
        200,
        json.writeValueAsBytes(Map.of("kind", "PodList", "metadata", metadata, "items", page)));
  }

  private void watch(HttpExchange exchange, Map<String, String> query)
      throws IOException, InterruptedException {
    long from = Long.parseLong(query.get("resourceVersion"));
    long seconds = Long.parseLong(query.getOrDefault("timeoutSeconds", "300"));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      while (System.nanoTime() < end && !cutWatches) {
        if (waitWhileDark()) {
          return;
        }
        List<Event> next = await(from, end);
        if (next == null) {
          write(out, "ERROR", Map.of("kind", "Status", "code", 410, "reason", "Expired"));
          return;
        }
        for (Event event : next) {
          if (matches(event.pod(), query.get("labelSelector"))) {
            write(out, event.type(), event.pod());
          }
          from = event.version();
        }
        if (next.isEmpty()) {
          write(
              out,
              "BOOKMARK",
              Map.of("kind", "Pod", "metadata", Map.of("resourceVersion", Long.toString(from))));
        }
      }
    }
  }

  /** What has happened since; null when that is forgotten. */
  private List<Event> await(long from, long end) throws InterruptedException {
    lock.lock();
    try {
      if (from < forgotten) {
        return null;
      }
      long left = Math.min(TimeUnit.MILLISECONDS.toNanos(BOOKMARK_MILLIS), end - System.nanoTime());
      while (left > 0 && events.stream().noneMatch(event -> event.version() > from)) {
        left = changed.awaitNanos(left);
        if (from < forgotten) {
          return null;
        }
      }
      return events.stream().filter(event -> event.version() > from).toList();
    } finally {
      lock.unlock();
    }
  }

  private void write(OutputStream out, String type, Map<String, Object> object) throws IOException {
    out.write(json.writeValueAsBytes(Map.of("type", type, "object", object)));
    out.write('\n');
    out.flush();
  }

  private boolean waitWhileDark() throws InterruptedException {
    boolean wasDark = dark;
    while (dark) {
      Thread.sleep(10);
    }
    return wasDark;
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String pair : raw.split("&")) {
      int equals = pair.indexOf('=');
      query.put(
          pair.substring(0, equals),
          URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return query;
  }

  @Override
  public void close() {
    dark = false;
    server.stop(0);
    threads.shutdownNow();
  }
}
