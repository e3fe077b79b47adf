package bifrost.it.cluster;

import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Relay;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One node of a {@link Mesh}: a process with a loopback address of its own. Other nodes reach its
 * replication through a relay, which makes the way from another region long.
 */
final class Pod implements AutoCloseable {
  private static final Pattern SETTLED = Pattern.compile("\"settled\":([0-9.]+)");
  private static final String BODY =
      "{\"model\":\"echo/echo-1\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";

  private final String id;
  private final String region;
  private final InetAddress host;
  private final int gossipPort;
  private final int grpcPort;
  private final int httpPort;
  private final Path data;
  private final Relay relay;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private volatile GatewayProcess process;

  Pod(String id, String region, InetAddress host, Path data) throws IOException {
    this.id = id;
    this.region = region;
    this.host = host;
    this.gossipPort = GatewayProcess.freePort();
    this.grpcPort = GatewayProcess.freePort();
    this.httpPort = GatewayProcess.freePort();
    this.data = data;
    this.relay = Relay.to(host, new InetSocketAddress(host, grpcPort));
    ProbeBundle.install(data);
  }

  String id() {
    return id;
  }

  String region() {
    return region;
  }

  InetAddress host() {
    return host;
  }

  String gossipAddress() {
    return host.getHostAddress() + ":" + gossipPort;
  }

  Relay relay() {
    return relay;
  }

  GatewayProcess process() {
    return process;
  }

  /** The node's part of {@code cluster_config}. */
  String cluster(String peers, Path certificates) {
    return """
        "enabled": true, "node_id": "%s", "region": "%s", "peers": [%s],
        "gossip": {"port": %d, "bind_address": "%s", "profile": "lan"},
        "grpc": {"port": %d, "advertise_address": "%s:%d",
                 "tls": {"cert": "%7$s/cert.pem", "key": "%7$s/key.pem", "ca": "%7$s/ca.pem"}}"""
        .replace("%7$s", certificates.toString())
        .formatted(
            id,
            region,
            peers,
            gossipPort,
            host.getHostAddress(),
            grpcPort,
            host.getHostAddress(),
            relay.port());
  }

  void launch(String config) {
    process =
        GatewayProcess.builder().config(config).data(data).port(httpPort).jvm("-Xmx256m").launch();
  }

  /** The status of a call with a virtual key. */
  int chat(String key) throws IOException, InterruptedException {
    return send(request("/v1/chat/completions")
            .header("Content-Type", "application/json")
            .header("x-bf-vk", key)
            .POST(BodyPublishers.ofString(BODY)))
        .statusCode();
  }

  /** What the node believes to be settled of a budget, in billionths of a dollar. */
  long settled(String budget) throws IOException, InterruptedException {
    Matcher dollars = SETTLED.matcher(get("/api/governance/budgets/" + budget + "/explain"));
    if (!dollars.find()) {
      throw new IOException(id + " does not say what is settled of " + budget);
    }
    return new BigDecimal(dollars.group(1)).movePointRight(9).longValueExact();
  }

  /** Waits inside the node until it believes so much to be settled, and gives what it believes. */
  long awaitSettled(String budget, long value) throws IOException, InterruptedException {
    return Long.parseLong(get("/probe/await?id=" + budget + "&value=" + value));
  }

  /**
   * Ends a virtual key, and waits until all members have it.
   *
   * @return what the management API answers
   */
  String endKey(String key) throws IOException, InterruptedException {
    String path = "/api/governance/virtual-keys/" + key + "?wait=cluster&wait_ms=20000";
    return text(path, request(path).DELETE());
  }

  /**
   * Adds to the node's ledger as so many requests would, two counters each, and waits until all are
   * added.
   */
  void spend(int requestsPerSecond, int seconds, int counters)
      throws IOException, InterruptedException {
    get(
        "/probe/spend?rate=%d&seconds=%d&counters=%d"
            .formatted(requestsPerSecond, seconds, counters));
  }

  String get(String path) throws IOException, InterruptedException {
    return text(path, request(path));
  }

  private String text(String path, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = send(request);
    if (answer.statusCode() != 200) {
      throw new IOException(id + path + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(process.uri(path)).timeout(Duration.ofSeconds(60));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  @Override
  public void close() throws IOException {
    if (process != null) {
      process.close();
    }
    relay.close();
    http.close();
  }
}
