package bifrost.tck.kubernetes;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.ObjectMapper;

/**
 * An API server of Kubernetes with pods, on a free port of 127.0.0.1: lists in pages, watches from
 * a version on with bookmarks and time-outs, 410 Gone for versions that it has forgotten, tokens.
 * Safe for any thread.
 */
public final class ApiServerStub implements AutoCloseable {
  private static final long BOOKMARK_MILLIS = 200;

  private final HttpServer server;
  private final boolean isTls;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ObjectMapper json = new ObjectMapper();
  private final PodStore pods = new PodStore();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile String token = "";
  private volatile int status = 200;
  private volatile byte[] garbage;

  /** Starts one that speaks HTTP. */
  public ApiServerStub() throws IOException {
    this(null);
  }

  /** Starts one that speaks HTTPS unless the context is null. */
  public ApiServerStub(SSLContext tls) throws IOException {
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

  /** Where it is. */
  public URI uri() {
    int port = server.getAddress().getPort();
    return URI.create(isTls ? "https://localhost:" + port : "http://127.0.0.1:" + port);
  }

  /** All that was asked for so far: paths with queries. */
  public List<String> requests() {
    return requests;
  }

  /** Lets requests and watches hang, or go on; those that hung are dropped. */
  public void setDark(boolean now) {
    pods.setDark(now);
  }

  /** Answers everything with this status; 200 ends it. */
  public void setStatus(int now) {
    status = now;
  }

  /** Answers everything with this body, and ends the watches that there are; null ends it. */
  public void setGarbage(byte[] now) throws InterruptedException {
    garbage = now;
    pods.cutWatches();
  }

  /** Asks for this token from now on. */
  public void requireToken(String required) {
    token = required;
  }

  /** Ends all watches, as the end of a server does. */
  public void cutWatches() throws InterruptedException {
    pods.cutWatches();
  }

  /** Forgets all versions up to now: watches from them are gone. */
  public void compact() {
    pods.compact();
  }

  /** Puts a pod, or another state of one. */
  public void put(
      String label, String name, String phase, String address, Map<String, String> labels) {
    pods.put(name, before -> pod(label, name, phase, address, labels));
  }

  /** Marks a pod as being deleted; it still runs. */
  public void terminate(String name) {
    pods.put(
        name,
        before -> {
          Map<String, Object> metadata = new LinkedHashMap<>(PodStore.metadata(before));
          metadata.put("deletionTimestamp", "2026-01-01T00:00:00Z");
          Map<String, Object> pod = new LinkedHashMap<>(before);
          pod.put("metadata", metadata);
          return pod;
        });
  }

  /** Deletes a pod. */
  public void delete(String name) {
    pods.delete(name);
  }

  private static Map<String, Object> pod(
      String label, String name, String phase, String address, Map<String, String> labels) {
    Map<String, String> all = new LinkedHashMap<>(labels);
    all.put("app", label);
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", name);
    metadata.put("uid", "uid-" + name);
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

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(exchange.getRequestURI().toString());
      Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
      if (pods.waitWhileDark()) {
        return;
      }
      String presented = exchange.getRequestHeaders().getFirst("Authorization");
      byte[] noise = garbage;
      if (!token.isEmpty() && !("Bearer " + token).equals(presented)) {
        send(exchange, 401, "{\"kind\":\"Status\",\"code\":401}".getBytes(StandardCharsets.UTF_8));
      } else if (status != 200) {
        send(exchange, status, "{\"kind\":\"Status\"}".getBytes(StandardCharsets.UTF_8));
      } else if (noise != null) {
        send(exchange, 200, noise);
      } else if (query.containsKey("watch")) {
        PodStore.Watch watch = pods.began();
        try {
          watch(exchange, query, watch);
        } finally {
          pods.ended(watch);
        }
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
    PodStore.Listing all = pods.list(query.get("labelSelector"));
    int to = Math.min(all.pods().size(), from + limit);
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("resourceVersion", Long.toString(all.version()));
    if (to < all.pods().size()) {
      metadata.put("continue", Integer.toString(to));
    }
    List<Map<String, Object>> page = all.pods().subList(Math.min(from, to), to);
    send(
        exchange,
        200,
        json.writeValueAsBytes(Map.of("kind", "PodList", "metadata", metadata, "items", page)));
  }

  private void watch(HttpExchange exchange, Map<String, String> query, PodStore.Watch watch)
      throws IOException, InterruptedException {
    long from = Long.parseLong(query.get("resourceVersion"));
    long seconds = Long.parseLong(query.getOrDefault("timeoutSeconds", "300"));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      while (end - System.nanoTime() > 0 && !watch.isCut()) {
        if (pods.waitWhileDark()) {
          return;
        }
        Optional<List<PodStore.Event>> next = pods.await(watch, from, BOOKMARK_MILLIS);
        if (next.isEmpty()) {
          write(out, "ERROR", Map.of("kind", "Status", "code", 410, "reason", "Expired"));
          return;
        }
        for (PodStore.Event event : next.get()) {
          if (PodStore.matches(event.pod(), query.get("labelSelector"))) {
            write(out, event.type(), event.pod());
          }
          from = event.version();
        }
        if (next.get().isEmpty()) {
          write(
              out,
              "BOOKMARK",
              Map.of("kind", "Pod", "metadata", Map.of("resourceVersion", Long.toString(from))));
        }
      }
    }
  }

  private void write(OutputStream out, String type, Map<String, Object> object) throws IOException {
    out.write(json.writeValueAsBytes(Map.of("type", type, "object", object)));
    out.write('\n');
    out.flush();
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
    pods.setDark(false);
    server.stop(0);
    threads.shutdownNow();
  }
}
