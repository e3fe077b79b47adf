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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The connections that peers have opened: bounded in number, in all and from one host, and named
 * when their handshake fails or they break the rules of HTTP/2.
 */
final class AcceptedConnections implements ChannelFactory<ServerChannel> {
  private static final int MAX_CONNECTIONS = 1_024;
  private static final int MAX_FROM_ONE_HOST = 256;
  private static final long GOODBYE_MILLIS = 2_000;

  private final Refusals refusals;
  private final Map<SocketAddress, Channel> open = new ConcurrentHashMap<>();
  private final Set<Channel> claimed = ConcurrentHashMap.newKeySet();

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

  /** Whether a call is the first one on its connection. */
  boolean claim(SocketAddress remote) {
    Channel channel = open.get(remote);
    return channel == null || claimed.add(channel);
  }

  /** Cuts a connection. */
  void cut(SocketAddress remote) {
    Channel channel = open.get(remote);
    if (channel != null) {
      cut(channel, 0);
    }
  }

  /** Cuts the connection of a caller that was refused, once that has reached it. */
  void cutSoon(SocketAddress remote) {
    Channel channel = open.get(remote);
    if (channel != null) {
      cut(channel, GOODBYE_MILLIS);
    }
  }

  /** Cuts all. */
  void cutAll() {
    open.values().forEach(channel -> cut(channel, 0));
  }

  /** Past HTTP/2, which would wait for streams that the peer does not end. */
  private static void cut(Channel channel, long millis) {
    channel
        .eventLoop()
        .schedule(
            () -> channel.unsafe().close(channel.newPromise()), millis, TimeUnit.MILLISECONDS);
  }

  private boolean admit(Channel channel) {
    SocketAddress remote = channel.remoteAddress();
    if (remote == null) {
      return false;
    }
    if (open.size() >= MAX_CONNECTIONS || fromHost(remote) >= MAX_FROM_ONE_HOST) {
      refuse(
          Kind.LIMIT,
          remote,
          "more than %d connections, or %d from one host"
              .formatted(MAX_CONNECTIONS, MAX_FROM_ONE_HOST));
      return false;
    }
    open.put(remote, channel);
    channel
        .closeFuture()
        .addListener(
            closed -> {
              open.remove(remote, channel);
              claimed.remove(channel);
            });
    channel.pipeline().addLast(new HandshakeWatch());
    return true;
  }

  private void refuse(Kind kind, SocketAddress remote, String reason) {
    refusals.refused(kind, Peers.address(remote), "", reason);
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
      SocketAddress remote = context.channel().remoteAddress();
      SslHandler tls = context.pipeline().get(SslHandler.class);
      context
          .pipeline()
          .addAfter(
              (tls == null ? context : context.pipeline().context(tls)).name(),
              null,
              new AnswerWatch((kind, reason) -> refuse(kind, remote, reason)));
      if (tls != null) {
        tls.handshakeFuture()
            .addListener(
                handshake -> {
                  Throwable failure = handshake.cause();
                  if (failure != null && !Causes.isSilent(failure)) {
                    refuse(Kind.TLS, remote, Causes.ofHandshake(failure));
                  }
                });
      }
      context.pipeline().remove(this);
      super.channelRead(context, message);
    }
  }
}
