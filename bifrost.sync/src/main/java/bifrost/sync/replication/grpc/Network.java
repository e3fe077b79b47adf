package bifrost.sync.replication.grpc;

import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.TimeUnit;

/** The threads of the network, for both directions. Plain NIO: no native code is unpacked. */
public final class Network implements AutoCloseable {
  private static final int THREADS = 2;

  private final EventLoopGroup threads;

  /** Threads with a name. */
  public Network(String name) {
    threads =
        new MultiThreadIoEventLoopGroup(
            THREADS,
            Thread.ofPlatform().daemon().name(name + "-", 0).factory(),
            NioIoHandler.newFactory());
  }

  /** The threads, as the network library wants them. */
  public EventLoopGroup threads() {
    return threads;
  }

  @Override
  public void close() {
    threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
