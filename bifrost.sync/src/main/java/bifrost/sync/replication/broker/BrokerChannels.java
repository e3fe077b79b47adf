package bifrost.sync.replication.broker;

import bifrost.api.model.InvalidConfigException;
import bifrost.sync.replication.grpc.Network;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** Connections to brokers, and the threads that they run on. */
final class BrokerChannels implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int KEEPALIVE_SECONDS = 20;

  private final Optional<SslContext> context;
  private final Network network = new Network("bifrost-by-broker");

  BrokerChannels(BrokerSettings settings) {
    this.context = settings.tls() ? Optional.of(context(settings)) : Optional.empty();
  }

  ManagedChannel open(BrokerSettings.Address address) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(address.host(), address.port())
            .channelType(NioSocketChannel.class)
            .eventLoopGroup(network.threads())
            .directExecutor()
            .userAgent("bifrost")
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .maxInboundMessageSize(BrokerCall.MAX_MESSAGE)
            .maxInboundMetadataSize(BrokerCall.MAX_METADATA)
            .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEPALIVE_SECONDS / 2, TimeUnit.SECONDS)
            .disableRetry();
    context.ifPresentOrElse(builder::sslContext, builder::usePlaintext);
    return builder.build();
  }

  @Override
  public void close() {
    network.close();
  }

  private static SslContext context(BrokerSettings settings) {
    try {
      SslContextBuilder builder =
          GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK);
      settings.ca().ifPresent(file -> builder.trustManager(file.toFile()));
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new InvalidConfigException(
          "cluster_config.broker.ca",
          "'%s' cannot be used: %s".formatted(settings.ca().orElse(null), e.getMessage()));
    }
  }
}
