package bifrost.it.discovery;

import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Management;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** A real node of a mesh that finds the others by a backend alone. */
public final class Pod implements AutoCloseable {
  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  private final String id;
  private final String region;
  private final Path data;
  private final int gossipPort;
  private final int grpcPort;
  private final GatewayProcess gateway;
  private final Management management;

  /** Starts a node and waits for nothing. */
  public Pod(String id, String region, Path data, Backend backend) throws IOException {
    this(id, region, data, GatewayProcess.freePort(), backend);
  }

  private Pod(String id, String region, Path data, int gossipPort, Backend backend)
      throws IOException {
    this.id = id;
    this.region = region;
    this.data = data;
    this.gossipPort = gossipPort;
    this.grpcPort = GatewayProcess.freePort();
    backend.enter(id, gossipPort);
    this.gateway =
        GatewayProcess.builder().config(config(backend)).data(data).jvm("-Xmx256m").launch();
    this.management = Management.of(gateway);
  }

  /** The same node again after it ended, at another address. */
  public Pod elsewhere(Backend backend) throws IOException {
    return new Pod(id, region, data, backend);
  }

  /** The same node again after it ended, at its old address. */
  public Pod again(Backend backend) throws IOException {
    return new Pod(id, region, data, gossipPort, backend);
  }

  /** Lets it find the others by another backend from now on. */
  public void use(Backend backend) throws IOException {
    backend.enter(id, gossipPort);
    gateway.configure(config(backend));
  }

  private String config(Backend backend) {
    return """
    {"cluster_config": {"enabled": true, "node_id": "%s", "region": "%s",
      "expected_regions": ["eu", "us"],
      "gossip": {"port": %d, "bind_address": "127.0.0.1", "secret_keys": ["%s"]},
      "grpc": {"port": %d, "bind_address": "127.0.0.1"},
      "discovery": {"enabled": true, "type": "%s", %s}}}
    """
        .formatted(id, region, gossipPort, KEY, grpcPort, backend.type(), backend.fields(region));
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

  private List<Map<String, Object>> members() {
    try {
      Management.Answer answer = management.call("GET", "/api/cluster/status");
      return answer.status() == 200 ? answer.at("members") : List.of();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /** Waits for something within two minutes, and says after how many seconds it came. */
  public static double await(String what, BooleanSupplier holds) throws InterruptedException {
    long start = System.nanoTime();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() - start > Duration.ofMinutes(2).toNanos()) {
        throw new AssertionError("not after two minutes: " + what);
      }
      Thread.sleep(50);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("%s: after %.1f s%n", what, seconds);
    return seconds;
  }

  @Override
  public void close() {
    management.close();
    gateway.close();
  }
}
