package bifrost.sync.replication.grpc;

import bifrost.sync.replication.grpc.Refusals.Kind;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFactory;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The connections that peers have opened: bounded in number, in all and from one host, and named
 * when their handshake fails.
 */
final class AcceptedConnections implements ChannelFactory<ServerChannel> {
  private static final int MAX_CONNECTIONS = 1_024;
  private static final int MAX_FROM_ONE_HOST = 256;

  private final Refusals refusals;
  private final Map<SocketAddress, Channel> open = new ConcurrentHashMap<>();

  AcceptedConnections(Refusals refusals) {
    this.refusals = refusals;
  }

  @Override
  public ServerChannel newChannel() {
    return new Acceptor();
  }

  int count() {
    return open.size();
  }

  /** Runs something on the thread of a connection that is still open. */
  void later(SocketAddress remote, long millis, Runnable task) {
    Channel channel = open.get(remote);
    if (channel != null) {
      channel.eventLoop().schedule(task, millis, TimeUnit.MILLISECONDS);
    }
  }

  /** Cuts a connection. */
  void cut(SocketAddress remote) {
    Channel channel = open.get(remote);
    if (channel != null) {
      channel.close();
    }
  }

  /** Cuts all. */
  void cutAll() {
    open.values().forEach(Channel::close);
  }

  private boolean admit(Channel channel) {
    SocketAddress remote = channel.remoteAddress();
    if (remote == null) {
      return false;
    }
    if (open.size() >= MAX_CONNECTIONS || fromHost(remote) >= MAX_FROM_ONE_HOST) {
      refusals.refused(
          Kind.LIMIT,
          Peers.address(remote),
          "",
          "more than %d connections, or %d from one host"
              .formatted(MAX_CONNECTIONS, MAX_FROM_ONE_HOST));
      return false;
    }
    open.put(remote, channel);
    channel.closeFuture().addListener(closed -> open.remove(remote, channel));
    channel.pipeline().addLast(new HandshakeWatch());
    return true;
  }

  private long fromHost(SocketAddress remote) {
    return remote instanceof InetSocketAddress inet
        ? open.keySet().stream()
            .filter(
                other ->
                    other instanceof InetSocketAddress address
                        && address.getAddress().equals(inet.getAddress()))
            .count()
        : 0;
  }

  /** Accepts, or closes at once. */
  private final class Acceptor extends NioServerSocketChannel {
    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
      int count = super.doReadMessages(accepted);
      if (count > 0 && accepted.getLast() instanceof Channel channel && !admit(channel)) {
        accepted.removeLast();
        channel.unsafe().closeForcibly();
        return 0;
      }
      return count;
    }
  }

  /** Waits for the first bytes; then TLS, where it is on, is in the pipeline and can be asked. */
  private final class HandshakeWatch extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
      SslHandler tls = context.pipeline().get(SslHandler.class);
      if (tls != null) {
        SocketAddress remote = context.channel().remoteAddress();
        tls.handshakeFuture()
            .addListener(
                handshake -> {
                  Throwable failure = handshake.cause();
                  if (failure != null && !Causes.isSilent(failure)) {
                    refusals.refused(
                        Kind.TLS, Peers.address(remote), "", Causes.ofHandshake(failure));
                  }
                });
      }
      context.pipeline().remove(this);
      super.channelRead(context, message);
    }
  }
}
