package bifrost.sync.replication.grpc;

import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import java.util.concurrent.TimeUnit;

/** The threads of the network, for both directions. Plain NIO: no native code is unpacked. */
final class Network implements AutoCloseable {
  private static final int THREADS = 2;

  private final EventLoopGroup threads =
      new NioEventLoopGroup(
          THREADS, Thread.ofPlatform().daemon().name("bifrost-replication-", 0).factory());

  EventLoopGroup threads() {
    return threads;
  }

  @Override
  public void close() {
    threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
