package bifrost.discovery.consul;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.tck.discovery.PeerDiscoveryKit;
import bifrost.tck.network.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** The kit against a real agent in development mode, where {@code consul} is on the PATH. */
class RealConsulDiscoveryContractTest extends PeerDiscoveryKit {
  private static Process agent;
  private static int port;

  private final Map<String, ServerSocket> gossipPorts = new HashMap<>();

  @BeforeAll
  static void startAgent() throws Exception {
    boolean isInstalled =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "consul")));
    assumeTrue(isInstalled, "no consul on the PATH: the stub alone is tested");
    port = FreePorts.next();
    agent =
        new ProcessBuilder(
                "consul",
                "agent",
                "-dev",
                "-bind=127.0.0.1",
                "-http-port=" + port,
                "-dns-port=-1",
                "-grpc-port=-1",
                "-grpc-tls-port=-1",
                "-serf-lan-port=" + FreePorts.next(),
                "-serf-wan-port=" + FreePorts.next(),
                "-server-port=" + FreePorts.next())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    awaitLeader();
  }

  @AfterAll
  static void stopAgent() throws Exception {
    if (agent != null) {
      agent.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
    }
  }

  @AfterEach
  void closePorts() throws IOException {
    for (ServerSocket socket : gossipPorts.values()) {
      socket.close();
    }
  }

  @Override
  protected Set<Capability> capabilities() {
    return Set.of(
        Capability.REGISTERS,
        Capability.TELLS_IDS,
        Capability.TELLS_REGIONS,
        Capability.SEES_OTHERS);
  }

  @Override
  protected PeerDiscovery newDiscovery(String serviceName) {
    return new ConsulDiscovery(TestSettings.of(serviceName, "", port));
  }

  /** A node that the agent can connect to. */
  @Override
  protected Announcement node(String id, int number) {
    try {
      ServerSocket socket =
          new ServerSocket(0, 8, InetAddress.getByName("127.0.0." + (number + 10)));
      String host = socket.getInetAddress().getHostAddress();
      gossipPorts.put(host + ":" + socket.getLocalPort(), socket);
      return new Announcement(id, "region-" + number % 2, host, socket.getLocalPort());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected void darken() throws Exception {
    signal("STOP");
  }

  @Override
  protected void light() throws Exception {
    signal("CONT");
  }

  @Override
  protected Optional<Duration> forgets() {
    return Optional.of(Duration.ofSeconds(2));
  }

  @Override
  protected void die(Opened node) throws Exception {
    gossipPorts.get(node.self().host() + ":" + node.self().port()).close();
    ((ConsulSession) node.session()).abandon();
  }

  private static void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(agent.pid())).start().waitFor();
  }

  private static void awaitLeader() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/status/leader"))
            .timeout(Duration.ofSeconds(1))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < 300; i++) {
        try {
          String leader = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
          if (leader.length() > 4) {
            return;
          }
        } catch (IOException e) {
          // not up yet
        }
        Thread.sleep(100);
      }
    }
    throw new IllegalStateException("consul has no leader after 30 s");
  }
}
