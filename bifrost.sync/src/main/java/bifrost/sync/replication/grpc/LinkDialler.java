package bifrost.sync.replication.grpc;

import bifrost.sync.replication.link.LinkListener;
import bifrost.sync.replication.message.Bounds;
import bifrost.sync.replication.tls.NodeTls;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NegotiationType;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder.LocalSocketPicker;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Opens links to members: a channel with one call for each. */
final class LinkDialler implements AutoCloseable {
  private static final Pattern ADDRESS = Pattern.compile("(\\[[^\\]]+\\]|[^:\\s]+):(\\d{1,5})");
  private static final long CLOSE_MILLIS = 2_000;

  private final Shared shared;
  private final Optional<SslContext> context;
  private final Set<ManagedChannel> channels = ConcurrentHashMap.newKeySet();
  private volatile LinkListener listener;
  private volatile boolean closed;

  LinkDialler(Shared shared) {
    this.shared = shared;
    this.context = shared.tls().map(LinkDialler::context);
  }

  void start(LinkListener to) {
    listener = to;
  }

  void dial(String peer, String address) {
    Matcher parts = ADDRESS.matcher(address);
    int port = parts.matches() ? Integer.parseInt(parts.group(2)) : 0;
    if (closed || port < 1 || port > 65_535) {
      String reason = closed ? "this node stops" : "'" + address + "' is not of the form host:port";
      timerOrHere(() -> listener.failed(peer, reason));
      return;
    }
    ManagedChannel channel = channel(parts.group(1).replaceAll("[\\[\\]]", ""), port);
    channels.add(channel);
    ClientCall<byte[], byte[]> call = channel.newCall(Peers.LINK, CallOptions.DEFAULT);
    Metadata headers = new Metadata();
    headers.put(Peers.NODE, shared.nodeId());
    headers.put(Peers.TO, peer);
    call.start(
        new DialledLink(this, shared, channel, call, peer, address).new Callbacks(), headers);
    call.request(1);
  }

  LinkListener listener() {
    return listener;
  }

  void discard(ManagedChannel channel) {
    channels.remove(channel);
    channel.shutdownNow();
  }

  @Override
  public void close() {
    closed = true;
    channels.forEach(ManagedChannel::shutdownNow);
    long end = System.nanoTime() + CLOSE_MILLIS * 1_000_000;
    try {
      for (ManagedChannel channel : channels) {
        channel.awaitTermination(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void timerOrHere(Runnable task) {
    if (shared.timer().isShutdown()) {
      task.run();
    } else {
      shared.timer().execute(task);
    }
  }

  private ManagedChannel channel(String host, int port) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(host, port)
            .channelType(NioSocketChannel.class)
            .eventLoopGroup(shared.network().threads())
            .directExecutor()
            .overrideAuthority("bifrost")
            .userAgent("bifrost")
            .proxyDetector(target -> null)
            .localSocketPicker(localAddress())
            .withOption(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) shared.settings().dialTimeout().toMillis())
            .maxInboundMessageSize(Bounds.MAX_MESSAGE_BYTES)
            .maxInboundMetadataSize(Limits.METADATA)
            .flowControlWindow(Limits.WINDOW)
            .keepAliveTime(Limits.KEEPALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(Limits.KEEPALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .disableRetry();
    context.ifPresentOrElse(
        ssl -> builder.negotiationType(NegotiationType.TLS).sslContext(ssl), builder::usePlaintext);
    return builder.build();
  }

  /** Links leave from the address that this node listens on, where it is a single one. */
  private LocalSocketPicker localAddress() {
    InetAddress bound = shared.settings().bind().getAddress();
    SocketAddress from = bound.isAnyLocalAddress() ? null : new InetSocketAddress(bound, 0);
    return new LocalSocketPicker() {
      @Override
      public SocketAddress createSocketAddress(SocketAddress remote, Attributes attributes) {
        return from;
      }
    };
  }

  private static SslContext context(NodeTls files) {
    try {
      return GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
          .keyManager(files.keyManager())
          .trustManager(files.trustManager())
          .sessionTimeout(1)
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS cannot be set up", e);
    }
  }
}
