package bifrost.sync.replication.grpc;

import bifrost.api.metrics.MetricSource.Sink;
import bifrost.sync.replication.grpc.Refusals.Kind;
import bifrost.sync.replication.link.LinkListener;
import bifrost.sync.replication.link.Links;
import bifrost.sync.replication.tls.NodeTls;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links over gRPC: a server for the members that dial this node, and a channel for each member that
 * it dials. Network threads decode and hand on; nothing of a link blocks one.
 */
public final class GrpcLinks implements Links {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcLinks.class);
  private static final Duration GOODBYE = Duration.ofMillis(500);
  private static final Duration CERTIFICATE_CHECK = Duration.ofSeconds(5);

  private final Shared shared;
  private final LinkServer server;
  private final LinkDialler dialler;
  private final Optional<CertificateWatch> certificates;

  /**
   * Opens nothing yet.
   *
   * @param nodeId this node's id
   * @param settings where to listen and how links are protected
   * @param isMember whether a node id is that of a present member; safe for any thread
   * @param clock what certificates are checked by
   * @throws bifrost.api.model.InvalidConfigException when the certificates cannot be used
   */
  public GrpcLinks(String nodeId, GrpcSettings settings, Predicate<String> isMember, Clock clock) {
    this.shared =
        new Shared(
            nodeId,
            settings,
            settings.tls().map(files -> new NodeTls(files, clock)),
            new Refusals(),
            new OpenLinks(),
            new Network("bifrost-replication"),
            Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("bifrost-replication-timer").factory()));
    this.server = new LinkServer(shared, isMember);
    this.dialler = new LinkDialler(shared);
    this.certificates =
        shared
            .tls()
            .map(files -> new CertificateWatch(files, shared.links(), shared.refusals(), isMember));
  }

  /**
   * Binds the port.
   *
   * @throws bifrost.api.model.InvalidConfigException when it cannot be bound
   */
  @Override
  public void start(LinkListener listener) {
    server.start(listener);
    dialler.start(listener);
    if (shared.tls().isEmpty()) {
      LOG.warn(
          "replication runs without TLS on {}: anyone who reaches the port can read and forge it,"
              + " set cluster_config.grpc.tls",
          Peers.address(shared.settings().bind()));
    }
    shared
        .timer()
        .scheduleWithFixedDelay(
            this::checkCertificates,
            CERTIFICATE_CHECK.toMillis(),
            CERTIFICATE_CHECK.toMillis(),
            TimeUnit.MILLISECONDS);
    LOG.info("replication listens on port {}", port());
  }

  /** The bound port; 0 before {@link #start}. */
  public int port() {
    return server.port();
  }

  /**
   * Where the other members reach it, {@code host:port}.
   *
   * @param gossipHost what gossip advertises
   */
  public String address(String gossipHost) {
    return shared.settings().advertised(port(), gossipHost);
  }

  /**
   * Reads the files of certificates again if they changed, and ends the links that do not stand up
   * to them, which is also done from time to time; blocks until it is done.
   */
  void refreshCertificates() {
    CompletableFuture.runAsync(this::checkCertificates, shared.timer()).join();
  }

  private void checkCertificates() {
    try {
      certificates.ifPresent(CertificateWatch::check);
    } catch (RuntimeException e) {
      LOG.warn("replication could not check its certificates, it tries again", e);
    }
  }

  @Override
  public void dial(String nodeId, String address) {
    dialler.dial(nodeId, address);
  }

  /** Writes the transport's metrics. */
  public void collect(Sink sink) {
    for (Kind kind : Kind.values()) {
      sink.counter(
          "bifrost_replication_refused_total",
          "Peers that were refused, by reason.",
          Map.of("reason", kind.name().toLowerCase(Locale.ROOT)),
          shared.refusals().count(kind));
    }
    sink.gauge(
        "bifrost_replication_links",
        "Links that are open, dialled and accepted.",
        Map.of(),
        shared.links().count());
    sink.gauge(
        "bifrost_replication_connections",
        "Connections that peers have opened to this node.",
        Map.of(),
        server.connections());
    shared
        .tls()
        .ifPresent(
            files ->
                sink.gauge(
                    "bifrost_replication_certificate_expiry_seconds",
                    "When this node's certificate ends, in seconds since the epoch.",
                    Map.of(),
                    files.expires().getEpochSecond()));
  }

  @Override
  public void close() {
    shared.links().closeAll("this node stops", GOODBYE);
    server.close();
    dialler.close();
    shared.network().close();
    shared.timer().shutdownNow();
  }
}
