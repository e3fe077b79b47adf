package bifrost.sync.replication.broker;

import bifrost.api.model.InvalidConfigException;
import bifrost.sync.replication.broker.health.HealthGrpc;
import bifrost.sync.replication.broker.health.HealthWire.HealthCheckRequest;
import bifrost.sync.replication.broker.health.HealthWire.HealthCheckResponse;
import bifrost.sync.replication.broker.health.HealthWire.HealthCheckResponse.ServingStatus;
import bifrost.sync.replication.broker.v1.BrokerGrpc;
import bifrost.sync.replication.broker.v1.BrokerWire.FromNode;
import bifrost.sync.replication.broker.v1.BrokerWire.ToNode;
import bifrost.sync.replication.grpc.Network;
import bifrost.sync.replication.grpc.Refusals;
import bifrost.sync.replication.grpc.Refusals.Kind;
import bifrost.sync.replication.tls.NodeTls;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A broker: relays between the nodes that have attached to it. It keeps nothing on disk. */
public final class BrokerServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerServer.class);
  private static final int KEEPALIVE_SECONDS = 20;
  private static final int TLS_REFRESH_SECONDS = 10;
  private static final int CHANGES_MILLIS = 100;
  private static final long CLOSE_SECONDS = 2;

  private final byte[] tokenHash;
  private final Refusals refusals = new Refusals();
  private final Attachments attachments = new Attachments();
  private final Network network = new Network("bifrost-broker");
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("bifrost-broker-timer").factory());
  private final Server server;

  /**
   * Binds and serves.
   *
   * @param bind where to listen; port 0 for any free one
   * @param token what a node must show
   * @param tls the broker's certificate; empty for none
   * @throws InvalidConfigException when the port cannot be bound
   */
  public BrokerServer(InetSocketAddress bind, String token, Optional<NodeTls> tls) {
    this.tokenHash = BrokerCall.hash(token);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(bind)
            .channelType(NioServerSocketChannel.class)
            .bossEventLoopGroup(network.threads())
            .workerEventLoopGroup(network.threads())
            .directExecutor()
            .maxInboundMessageSize(BrokerCall.MAX_MESSAGE)
            .maxInboundMetadataSize(BrokerCall.MAX_METADATA)
            .maxConcurrentCallsPerConnection(1)
            .handshakeTimeout(10, TimeUnit.SECONDS)
            .maxConnectionIdle(30, TimeUnit.SECONDS)
            .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEPALIVE_SECONDS / 2, TimeUnit.SECONDS)
            .permitKeepAliveTime(KEEPALIVE_SECONDS / 2, TimeUnit.SECONDS)
            .addService(
                ServerServiceDefinition.builder(BrokerCall.SERVICE)
                    .addMethod(BrokerGrpc.getAttachMethod(), this::attach)
                    .build())
            .addService(new Health());
    tls.ifPresent(files -> builder.sslContext(context(files)));
    try {
      server = builder.build().start();
    } catch (IOException e) {
      close(null);
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new InvalidConfigException(
          "broker port", "%s cannot be bound: %s".formatted(bind, cause.getMessage()));
    }
    timer.scheduleAtFixedRate(
        attachments::tellAll,
        BrokerCall.ROSTER_SECONDS,
        BrokerCall.ROSTER_SECONDS,
        TimeUnit.SECONDS);
    timer.scheduleAtFixedRate(
        attachments::tellChanges, CHANGES_MILLIS, CHANGES_MILLIS, TimeUnit.MILLISECONDS);
    tls.ifPresent(
        files ->
            timer.scheduleWithFixedDelay(
                files::refresh, TLS_REFRESH_SECONDS, TLS_REFRESH_SECONDS, TimeUnit.SECONDS));
    LOG.info("broker listens on port {}, {} TLS", server.getPort(), tls.isEmpty() ? "NO" : "with");
  }

  /** The bound port. */
  public int port() {
    return server.getPort();
  }

  /** How many nodes are attached. */
  public int nodes() {
    return attachments.size();
  }

  private ServerCall.Listener<FromNode> attach(
      ServerCall<FromNode, ToNode> call, Metadata headers) {
    if (!BrokerCall.isAuthorized(headers, tokenHash)) {
      refusals.refused(
          Kind.MEMBER, call.getAttributes(), "", "it does not show the token of this broker");
      call.close(
          Status.UNAUTHENTICATED.withDescription("the token is not that of the broker"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    Attachment attachment = new Attachment(call);
    call.sendHeaders(new Metadata());
    call.request(BrokerCall.CREDITS);
    return new ServerCall.Listener<>() {
      @Override
      public void onMessage(FromNode message) {
        attachments.received(attachment, message);
        call.request(1);
      }

      @Override
      public void onReady() {
        attachment.ready();
      }

      @Override
      public void onHalfClose() {
        attachment.close(Status.OK);
      }

      @Override
      public void onCancel() {
        attachments.ended(attachment);
      }

      @Override
      public void onComplete() {
        attachments.ended(attachment);
      }
    };
  }

  @Override
  public void close() {
    attachments.closeAll();
    close(server);
  }

  private void close(Server bound) {
    timer.shutdownNow();
    if (bound != null) {
      bound.shutdown();
      try {
        if (!bound.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
          bound.shutdownNow();
        }
      } catch (InterruptedException e) {
        bound.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
    network.close();
  }

  /** Tells a platform's probe that the broker serves. */
  private static final class Health extends HealthGrpc.HealthImplBase {
    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
      answer.onNext(HealthCheckResponse.newBuilder().setStatus(ServingStatus.SERVING).build());
      answer.onCompleted();
    }
  }

  private static SslContext context(NodeTls files) {
    try {
      return GrpcSslContexts.configure(
              SslContextBuilder.forServer(files.keyManager()), SslProvider.JDK)
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS cannot be set up", e);
    }
  }
}
