package bifrost.it.discovery;

import bifrost.it.support.Await;
import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Management;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A real node of a mesh that finds the others by a method of discovery alone. */
public final class Pod implements AutoCloseable {
  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  private final String id;
  private final String region;
  private final String host;
  private final Path data;
  private final int grpcPort;
  private final GatewayProcess gateway;
  private final Management management;
  private volatile int gossipPort;

  /** Starts a node on 127.0.0.1 and waits for nothing. */
  public Pod(String id, String region, Path data, Method method) throws IOException {
    this(id, region, "127.0.0.1", GatewayProcess.freePort(), data, method);
  }

  /** Starts a node at an address of its own and waits for nothing. */
  Pod(String id, String region, String host, int gossipPort, Path data, Method method)
      throws IOException {
    this.id = id;
    this.region = region;
    this.host = host;
    this.data = data;
    this.gossipPort = gossipPort;
    this.grpcPort = GatewayProcess.freePort();
    method.enter(this);
    this.gateway =
        GatewayProcess.builder()
            .config(config(discovery(method)))
            .data(data)
            .jvm("-Xmx256m")
            .launch();
    this.management = Management.of(gateway);
  }

  /** The same node again after it ended, at another address. */
  public Pod elsewhere(Method method) throws IOException {
    return new Pod(id, region, data, method);
  }

  /** The same node again after it ended, at its old address. */
  public Pod again(Method method) throws IOException {
    return new Pod(id, region, host, gossipPort, data, method);
  }

  /** Lets it find the others by another method from now on. */
  public void use(Method method) throws IOException {
    method.enter(this);
    gateway.configure(config(discovery(method)));
  }

  /** Lets its file name no method, but the address of a peer. */
  public void useOnly(Pod peer) throws IOException {
    gateway.configure(config("\"peers\": [\"%s\"]".formatted(peer.address())));
  }

  /** Lets it leave, and join again from another port. */
  void move(int port, Method method) throws IOException {
    gossipPort = port;
    use(method);
  }

  private String discovery(Method method) {
    return "\"discovery\": {\"enabled\": true, \"type\": \"%s\", %s}"
        .formatted(method.type(), method.fields(this));
  }

  private String config(String finding) {
    return """
    {"encryption_key": "a key for tests, the same on all nodes",
     "cluster_config": {"enabled": true, "node_id": "%s", "region": "%s",
      "expected_regions": ["eu", "us"],
      "gossip": {"port": %d, "bind_address": "%s", "secret_keys": ["%s"]},
      "grpc": {"port": %d, "bind_address": "%s"}, %s}}
    """
        .formatted(id, region, gossipPort, host, KEY, grpcPort, host, finding);
  }

  /** Where it gossips. */
  public String address() {
    return host + ":" + gossipPort;
  }

  public String region() {
    return region;
  }

  String host() {
    return host;
  }

  public String id() {
    return id;
  }

  public int gossipPort() {
    return gossipPort;
  }

  public GatewayProcess gateway() {
    return gateway;
  }

  /** The ids of the members that it sees, alive or suspect; empty while it does not answer. */
  public Set<String> present() {
    Set<String> present = new TreeSet<>();
    for (Map<String, Object> member : members()) {
      String state = member.get("state").toString();
      if (state.equals("alive") || state.equals("suspect")) {
        present.add(member.get("node_id").toString());
      }
    }
    return present;
  }

  /** Where it sees a member; empty when it does not. */
  public String addressOf(String member) {
    return members().stream()
        .filter(each -> each.get("node_id").equals(member))
        .map(each -> each.get("address").toString())
        .findFirst()
        .orElse("");
  }

  /** What it says of a method; empty when it does not use it. */
  public Map<String, Object> discoveryBy(String method) {
    return status("discovery").stream()
        .filter(each -> each.get("method").equals(method))
        .findFirst()
        .orElse(Map.of());
  }

  /** Its management API. */
  public Management management() {
    return management;
  }

  private List<Map<String, Object>> members() {
    return status("members");
  }

  private List<Map<String, Object>> status(String part) {
    try {
      Management.Answer answer = management.call("GET", "/api/cluster/status");
      return answer.status() == 200 ? answer.at(part) : List.of();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /**
   * Waits for something, else shows the logs of these pods; says after how many seconds it came.
   */
  public static double await(Collection<Pod> pods, String what, Await.Condition holds)
      throws Exception {
    long start = System.nanoTime();
    Await.until("not: " + what, () -> logs(pods), holds);
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("%s: after %.1f s%n", what, seconds);
    return seconds;
  }

  /** The logs of pods, one after another. */
  public static String logs(Collection<Pod> pods) {
    return pods.stream()
        .map(pod -> "== log of " + pod.id() + "\n" + pod.gateway.logText())
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    management.close();
    gateway.close();
  }
}
