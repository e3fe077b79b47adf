package bifrost.sync.replication.grpc;

import bifrost.api.metrics.MetricSource;
import bifrost.sync.replication.tls.TlsSettings;
import bifrost.tck.tls.TestCertificate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** One end of links on loopback. */
final class TestNode implements AutoCloseable {
  final String id;
  final RecordingListener listener = new RecordingListener();
  final Set<String> members = ConcurrentHashMap.newKeySet();
  final GrpcLinks links;

  private static final Duration PATIENT = Duration.ofSeconds(20);

  private TestNode(String id, Optional<TlsSettings> tls, Clock clock, Duration dialTimeout) {
    this.id = id;
    GrpcSettings settings =
        new GrpcSettings(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "", 0, dialTimeout, tls);
    links = new GrpcLinks(id, settings, members::contains, clock);
    links.start(listener);
  }

  static TestNode plain(String id, String... members) {
    TestNode node = new TestNode(id, Optional.empty(), Clock.systemUTC(), PATIENT);
    node.members.addAll(Set.of(members));
    return node;
  }

  /** Gives up a dial, and waits for gossip, for a short time only. */
  static TestNode impatient(String id, String... members) {
    TestNode node = new TestNode(id, Optional.empty(), Clock.systemUTC(), Duration.ofSeconds(2));
    node.members.addAll(Set.of(members));
    return node;
  }

  static TestNode tls(String id, TestCertificate certificate, Path folder, String... members) {
    return tls(id, certificate, folder, Clock.systemUTC(), members);
  }

  static TestNode tls(
      String id, TestCertificate certificate, Path folder, Clock clock, String... members) {
    Path own = folder.resolve(id);
    certificate.write(own);
    TlsSettings settings =
        new TlsSettings(
            own.resolve("cert.pem"),
            own.resolve("key.pem"),
            own.resolve("ca.pem"),
            TlsSettings.Verify.NODE);
    TestNode node = new TestNode(id, Optional.of(settings), clock, PATIENT);
    node.members.addAll(Set.of(members));
    return node;
  }

  String address() {
    return "127.0.0.1:" + links.port();
  }

  /** How many peers it has refused for a reason. */
  long refused(String reason) {
    AtomicLong count = new AtomicLong();
    links.collect(
        new MetricSource.Sink() {
          @Override
          public void counter(String name, String help, Map<String, String> labels, double value) {
            if (labels.getOrDefault("reason", "").equals(reason)) {
              count.set((long) value);
            }
          }

          @Override
          public void gauge(String name, String help, Map<String, String> labels, double value) {}
        });
    return count.get();
  }

  void dial(TestNode other) {
    links.dial(other.id, other.address());
  }

  @Override
  public void close() {
    links.close();
  }
}
