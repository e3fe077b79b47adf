package bifrost.it.diagnosis;

import bifrost.it.support.GatewayProcess;
import bifrost.tck.tls.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A gateway to be, as a member of a cluster on loopback: what its configuration says, and what its
 * process is started with. Diagnosis is quick: a fault is told after a second.
 */
final class Node {
  /** Said where {@link #fakeTime} is empty. */
  static final String NO_FAKE_TIME =
      "no libfaketime here: ./bifrost test --install, or apt-get install libfaketime";

  private static final String JVM = "-Xmx192m -XX:TieredStopAtLevel=1";
  private static final Path LIBRARIES = Path.of("/usr/lib");

  private final String id;
  private final Map<String, String> cluster = new LinkedHashMap<>();
  private final Map<String, String> gossip = new LinkedHashMap<>();
  private final Map<String, String> grpc = new LinkedHashMap<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private int httpPort = -1;

  Node(String id, String region) {
    this.id = id;
    cluster.put("enabled", "true");
    cluster.put("node_id", quoted(id));
    cluster.put("region", quoted(region));
    cluster.put("diagnosis", "{\"hold_seconds\": 1, \"test_interval_seconds\": 1}");
    gossip.put("port", "0");
    gossip.put("bind_address", quoted("127.0.0.1"));
    gossip.put("profile", quoted("lan"));
    grpc.put("port", "0");
  }

  String id() {
    return id;
  }

  Node expecting(String... regions) {
    cluster.put("expected_regions", list(regions));
    return this;
  }

  Node peers(String... addresses) {
    cluster.put("peers", list(addresses));
    return this;
  }

  /** Its gossip port, where it listens and where it says that it does. */
  Node gossip(int port) {
    gossip.put("port", Integer.toString(port));
    return this;
  }

  /** What it tells others of its gossip address. */
  Node advertising(String address) {
    gossip.put("advertise_address", quoted(address));
    return this;
  }

  Node keys(String... keys) {
    gossip.put("secret_keys", list(keys));
    return this;
  }

  Node label(String label) {
    gossip.put("label", quoted(label));
    return this;
  }

  /** Tells others that its replication is at its HTTP port, as a wrong address may. */
  Node replicationAtHttp() throws IOException {
    httpPort = GatewayProcess.freePort();
    return replicationAt("127.0.0.1:" + httpPort);
  }

  /** What it tells others of its replication's address. */
  Node replicationAt(String address) {
    grpc.put("advertise_address", quoted(address));
    return this;
  }

  /** Replication by TLS, with a certificate for a node of an id. */
  Node tls(TestAuthority authority, String certified, Path folder) throws IOException {
    Path files = Files.createTempDirectory(folder, id);
    authority.node(certified).write(files);
    grpc.put(
        "tls",
        "{\"cert\": \"%1$s/cert.pem\", \"key\": \"%1$s/key.pem\", \"ca\": \"%1$s/ca.pem\"}"
            .formatted(files));
    return this;
  }

  /** Discovery by a method, with its fields. */
  Node discovery(String type, String fields) {
    cluster.put("discovery", "{\"enabled\": true, \"type\": \"%s\", %s}".formatted(type, fields));
    return this;
  }

  /** Discovery by broadcasts on loopback. */
  Node broadcasting(int port, String serviceName) {
    return discovery(
        "udp",
        """
        "service_name": "%s", "udp_broadcast_port": %d, "udp_interval": "500ms",
        "udp_broadcast_address": "127.255.255.255", "allowed_address_space": ["127.0.0.0/8"]
        """
            .formatted(serviceName, port));
  }

  /** A wall clock that is off; time goes on as ever. */
  Node clock(String offset) throws IOException {
    environment.put("LD_PRELOAD", fakeTime().orElseThrow().toString());
    environment.put("FAKETIME", offset);
    // the library may not touch the clock that threads wait by, or all of them spin
    environment.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    environment.put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
    environment.put("NO_FAKE_STAT", "1");
    return this;
  }

  /** The library that sets a process's clock (Debian: libfaketime); empty where it is not there. */
  static Optional<Path> fakeTime() throws IOException {
    try (Stream<Path> found =
        Files.find(
            LIBRARIES,
            3,
            (path, attributes) -> path.endsWith(Path.of("faketime", "libfaketime.so.1")))) {
      return found.findFirst();
    } catch (UncheckedIOException e) {
      return Optional.empty();
    }
  }

  String json() {
    Map<String, String> all = new LinkedHashMap<>(cluster);
    all.put("gossip", object(gossip));
    all.put("grpc", object(grpc));
    return "{\"cluster_config\": %s}".formatted(object(all));
  }

  GatewayProcess launch() {
    GatewayProcess.Builder builder = GatewayProcess.builder().jvm(JVM).config(json());
    environment.forEach(builder::env);
    return (httpPort < 0 ? builder : builder.port(httpPort)).launch();
  }

  private static String object(Map<String, String> members) {
    return members.entrySet().stream()
        .map(member -> quoted(member.getKey()) + ": " + member.getValue())
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String list(String... texts) {
    return List.of(texts).stream().map(Node::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
