package bifrost.sync.replication.grpc;

import bifrost.api.model.InvalidConfigException;
import bifrost.sync.replication.link.LinkListener;
import bifrost.sync.replication.message.Bounds;
import bifrost.sync.replication.tls.NodeTls;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/** Accepts the links of members on one port. */
final class LinkServer implements AutoCloseable {
  private static final int HANDSHAKE_SECONDS = 10;
  private static final int IDLE_SECONDS = 30;
  private static final long CLOSE_SECONDS = 2;

  private final Shared shared;
  private final Predicate<String> isMember;
  private final AcceptedConnections connections;
  private volatile Server server;

  LinkServer(Shared shared, Predicate<String> isMember) {
    this.shared = shared;
    this.isMember = isMember;
    this.connections = new AcceptedConnections(shared.refusals());
  }

  void start(LinkListener listener) {
    Admission admission = new Admission(shared, isMember, connections, listener);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(shared.settings().bind())
            .channelFactory(connections)
            .bossEventLoopGroup(shared.network().threads())
            .workerEventLoopGroup(shared.network().threads())
            .directExecutor()
            .maxInboundMessageSize(Bounds.MAX_MESSAGE_BYTES)
            .maxInboundMetadataSize(Limits.METADATA)
            .maxConcurrentCallsPerConnection(1)
            .flowControlWindow(Limits.WINDOW)
            .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
            .maxConnectionIdle(IDLE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTime(Limits.KEEPALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(Limits.KEEPALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveTime(Limits.KEEPALIVE_SECONDS / 2, TimeUnit.SECONDS)
            .addService(
                ServerServiceDefinition.builder(Limits.SERVICE)
                    .addMethod(Peers.LINK, admission)
                    .build());
    builder.addStreamTracerFactory(new StreamFaults(shared.refusals(), connections));
    shared.tls().ifPresent(files -> builder.sslContext(context(files)));
    try {
      server = builder.build().start();
    } catch (IOException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new InvalidConfigException(
          "cluster_config.grpc.port",
          "%s cannot be bound: %s"
              .formatted(Peers.address(shared.settings().bind()), cause.getMessage()));
    }
  }

  int port() {
    Server bound = server;
    return bound == null ? 0 : bound.getPort();
  }

  int connections() {
    return connections.count();
  }

  @Override
  public void close() {
    Server bound = server;
    if (bound == null) {
      return;
    }
    bound.shutdownNow();
    try {
      if (!bound.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        connections.cutAll();
      }
    } catch (InterruptedException e) {
      connections.cutAll();
      Thread.currentThread().interrupt();
    }
  }

  /** A session lasts for one handshake: each connection is checked against the files of now. */
  private static SslContext context(NodeTls files) {
    try {
      return GrpcSslContexts.configure(
              SslContextBuilder.forServer(files.keyManager()), SslProvider.JDK)
          .trustManager(files.trustManager())
          .clientAuth(ClientAuth.REQUIRE)
          .sessionTimeout(1)
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS cannot be set up", e);
    }
  }
}
