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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to brokers, and the threads that they run on. The file of {@code ca} is read again
 * for each; one that cannot be used changes nothing and is named once. Safe for any thread.
 */
final class BrokerChannels implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerChannels.class);
  private static final int CONNECT_MILLIS = 5_000;
  private static final int KEEPALIVE_SECONDS = 20;

  /** What the file of {@code ca} held, and what was made of it. */
  private record Trust(byte[] content, SslContext context, String fault) {}

  private final BrokerSettings settings;
  private final Network network = new Network("bifrost-by-broker");
  private volatile Trust trust;

  BrokerChannels(BrokerSettings settings) {
    this.settings = settings;
    try {
      this.trust = settings.tls() ? read() : null;
    } catch (IOException | IllegalArgumentException e) {
      network.close();
      throw new InvalidConfigException(
          "cluster_config.broker.ca",
          "'%s' cannot be used: %s".formatted(settings.ca().orElse(null), e.getMessage()));
    }
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
    if (settings.tls()) {
      builder.sslContext(context());
    } else {
      builder.usePlaintext();
    }
    return builder.build();
  }

  @Override
  public void close() {
    network.close();
  }

  private SslContext context() {
    Trust before = trust;
    if (settings.ca().isEmpty()) {
      return before.context();
    }
    try {
      Trust now = read();
      if (!Arrays.equals(now.content(), before.content())) {
        LOG.info("brokers are trusted by what {} holds now", settings.ca().get());
      }
      trust = now;
    } catch (IOException | IllegalArgumentException e) {
      String fault = String.valueOf(e.getMessage());
      if (!fault.equals(before.fault())) {
        LOG.warn(
            "cluster_config.broker.ca: '{}' cannot be used, what it held before stays in use: {}",
            settings.ca().get(),
            fault);
      }
      trust = new Trust(before.content(), before.context(), fault);
    }
    return trust.context();
  }

  private Trust read() throws IOException {
    SslContextBuilder builder =
        GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK);
    byte[] content = {};
    if (settings.ca().isPresent()) {
      content = Files.readAllBytes(settings.ca().get());
      builder.trustManager(new ByteArrayInputStream(content));
    }
    return new Trust(content, builder.build(), "");
  }
}
