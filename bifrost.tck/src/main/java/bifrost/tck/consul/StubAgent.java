package bifrost.tck.consul;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.MissingNode;

/** One agent: its HTTP API. */
final class StubAgent implements AutoCloseable {
  private static final Pattern DURATION = Pattern.compile("([0-9]+)(ms|s|m|h)");
  private static final long DEFAULT_WAIT = 300_000;

  private final ConsulStub stub;
  private final StubDatacenter datacenter;
  private final String node;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ObjectMapper json = new ObjectMapper();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition lit = lock.newCondition();
  private boolean dark;
  private volatile long delay;
  private volatile int garbageStatus;
  private volatile byte[] garbage;

  StubAgent(ConsulStub stub, StubDatacenter datacenter, int number) throws IOException {
    this.stub = stub;
    this.datacenter = datacenter;
    this.node = "agent-" + number;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  StubDatacenter datacenter() {
    return datacenter;
  }

  void setDark(boolean now) {
    lock.lock();
    try {
      dark = now;
      lit.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void setDelay(long millis) {
    delay = millis;
  }

  void setGarbage(int status, byte[] body) {
    garbageStatus = status;
    garbage = body;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      stub.asked(exchange.getRequestURI());
      byte[] body = exchange.getRequestBody().readAllBytes();
      Thread.sleep(delay);
      if (!waitWhileDark()) {
        return;
      }
      byte[] noise = garbage;
      if (noise != null) {
        send(exchange, garbageStatus, noise);
      } else if (!stub.isAllowed(exchange.getRequestHeaders().getFirst("X-Consul-Token"))) {
        text(exchange, 403, "Permission denied: anonymous token lacks permission");
      } else {
        route(exchange, body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it is light at once; a connection that was held in the dark is dropped after it. */
  private boolean waitWhileDark() throws InterruptedException {
    lock.lock();
    try {
      boolean wasDark = dark;
      while (dark) {
        lit.await();
      }
      return !wasDark;
    } finally {
      lock.unlock();
    }
  }

  private void route(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
    String path = exchange.getRequestURI().getPath();
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    String last = path.substring(path.lastIndexOf('/') + 1);
    if (path.equals("/v1/agent/service/register")) {
      register(exchange, body);
    } else if (path.startsWith("/v1/agent/service/deregister/")) {
      if (datacenter.remove(node, last)) {
        text(exchange, 200, "");
      } else {
        text(
            exchange,
            404,
            "Unknown service ID \""
                + last
                + "\". Ensure that the service ID is passed, not the service name.");
      }
    } else if (path.equals("/v1/agent/services")) {
      agentServices(exchange, query.get("filter"));
    } else if (path.equals("/v1/catalog/datacenters")) {
      answer(exchange, stub.datacenterNames(), 0);
    } else if (path.equals("/v1/catalog/services")) {
      StubDatacenter asked = reach(exchange, query);
      if (asked != null) {
        Map<String, Set<String>> names = new LinkedHashMap<>();
        names.put("consul", Set.of());
        for (StubService service : asked.all()) {
          names
              .computeIfAbsent(service.name(), name -> new LinkedHashSet<>())
              .addAll(service.tags());
        }
        answer(exchange, names, asked.index());
      }
    } else if (path.startsWith("/v1/health/service/")) {
      health(exchange, last, query);
    } else {
      text(exchange, 404, "Invalid URL path: not a recognized HTTP API endpoint");
    }
  }

  private void register(HttpExchange exchange, byte[] body) throws IOException {
    JsonNode said = json.readTree(body);
    String name = field(said, "Name").asString("");
    if (name.isEmpty()) {
      text(exchange, 400, "Missing service name");
      return;
    }
    JsonNode check = field(said, "Check");
    Map<String, String> meta = new LinkedHashMap<>();
    field(said, "Meta").properties().forEach(e -> meta.put(e.getKey(), e.getValue().asString("")));
    datacenter.put(
        new StubService(
            node,
            field(said, "ID").asString(name),
            name,
            field(said, "Address").asString(""),
            field(said, "Port").asInt(0),
            field(said, "Tags").valueStream().map(tag -> tag.asString("")).toList(),
            meta,
            field(check, "TCP").asString(""),
            millis(field(check, "DeregisterCriticalServiceAfter").asString(""), Long.MAX_VALUE)));
    text(exchange, 200, "");
  }

  /** A member by its name in any case, as Consul reads them. */
  private static JsonNode field(JsonNode object, String name) {
    return object.properties().stream()
        .filter(member -> member.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(MissingNode.getInstance());
  }

  /** The services of this agent, or the one that a filter names by its id. */
  private void agentServices(HttpExchange exchange, String filter) throws IOException {
    Map<String, Object> shapes = new LinkedHashMap<>();
    for (StubService service : datacenter.all()) {
      String named = "ID == \"" + service.id() + "\"";
      if (service.node().equals(node) && (filter == null || filter.equals(named))) {
        Map<String, Object> shape = service(service);
        shape.put("Datacenter", datacenter.name());
        shapes.put(service.id(), shape);
      }
    }
    answer(exchange, shapes, 0);
  }

  private void health(HttpExchange exchange, String name, Map<String, String> query)
      throws IOException, InterruptedException {
    StubDatacenter asked = reach(exchange, query);
    if (asked == null) {
      return;
    }
    long wait = millis(query.getOrDefault("wait", ""), DEFAULT_WAIT);
    long after = Long.parseLong(query.getOrDefault("index", "0"));
    long jitter = ThreadLocalRandom.current().nextLong(wait / 16 + 1);
    StubDatacenter.View view = asked.await(name, after, wait + jitter);
    if (!waitWhileDark()) {
      return;
    }
    List<Map<String, Object>> entries =
        view.services().stream()
            .map(each -> entry(asked, each, view.critical()))
            .filter(
                each ->
                    !query.containsKey("passing") || !each.toString().contains("Status=critical"))
            .toList();
    answer(exchange, entries, view.index());
  }

  private StubDatacenter reach(HttpExchange exchange, Map<String, String> query)
      throws IOException {
    StubDatacenter asked =
        stub.reach(datacenter.name(), query.getOrDefault("dc", datacenter.name()));
    if (asked == null) {
      text(exchange, 500, "No path to datacenter");
    }
    return asked;
  }

  private static Map<String, Object> entry(
      StubDatacenter datacenter, StubService service, Set<String> critical) {
    boolean fails = critical.contains(StubDatacenter.key(service.node(), service.id()));
    Map<String, Object> shape = new LinkedHashMap<>();
    shape.put(
        "Node",
        Map.of(
            "ID",
            "b1c1a3d0-0000-0000-0000-000000000000",
            "Node",
            service.node(),
            "Address",
            "127.0.0.1",
            "Datacenter",
            datacenter.name(),
            "TaggedAddresses",
            Map.of("lan", "127.0.0.1", "wan", "127.0.0.1"),
            "Meta",
            Map.of("consul-network-segment", ""),
            "CreateIndex",
            5,
            "ModifyIndex",
            6));
    shape.put("Service", service(service));
    shape.put(
        "Checks",
        List.of(
            check(service, "serfHealth", "Serf Health Status", "passing", ""),
            check(
                service,
                "service:" + service.id(),
                "Service check",
                fails ? "critical" : "passing",
                fails ? "dial tcp: connect: connection refused" : "TCP connect: Success")));
    return shape;
  }

  private static Map<String, Object> check(
      StubService service, String id, String name, String status, String output) {
    Map<String, Object> shape = new LinkedHashMap<>();
    shape.put("Node", service.node());
    shape.put("CheckID", id);
    shape.put("Name", name);
    shape.put("Status", status);
    shape.put("Notes", "");
    shape.put("Output", output);
    shape.put("ServiceID", id.equals("serfHealth") ? "" : service.id());
    shape.put("ServiceName", id.equals("serfHealth") ? "" : service.name());
    shape.put("ServiceTags", List.of());
    shape.put("Type", id.equals("serfHealth") ? "" : "tcp");
    return shape;
  }

  private static Map<String, Object> service(StubService service) {
    Map<String, Object> shape = new LinkedHashMap<>();
    shape.put("ID", service.id());
    shape.put("Service", service.name());
    shape.put("Tags", service.tags());
    shape.put("Address", service.address());
    shape.put("Meta", service.meta());
    shape.put("Port", service.port());
    shape.put("Weights", Map.of("Passing", 1, "Warning", 1));
    shape.put("EnableTagOverride", false);
    return shape;
  }

  private void answer(HttpExchange exchange, Object shape, long index) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("X-Consul-Effective-Consistency", "stale");
    if (index > 0) {
      exchange.getResponseHeaders().set("X-Consul-Index", Long.toString(index));
      exchange.getResponseHeaders().set("X-Consul-Knownleader", "true");
      exchange.getResponseHeaders().set("X-Consul-Lastcontact", "0");
    }
    send(exchange, 200, json.writeValueAsBytes(shape));
  }

  private static void text(HttpExchange exchange, int status, String text) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    send(exchange, status, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String pair : raw == null ? new String[0] : raw.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      query.put(name, URLDecoder.decode(value, StandardCharsets.UTF_8));
    }
    return query;
  }

  private static long millis(String text, long missing) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return missing;
    }
    long unit =
        switch (matcher.group(2)) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "m" -> 60_000;
          default -> 3_600_000;
        };
    return Long.parseLong(matcher.group(1)) * unit;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
