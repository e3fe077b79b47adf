package bifrost.it.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A TCP relay on loopback that makes the way to a server long, closes it, or lets it swallow
 * everything. Any thread may change how it is; connections that are open change with it.
 */
public final class Relay implements AutoCloseable {
  private static final int MOST_PIECES = 256;

  private final InetSocketAddress target;
  private final InetAddress host;
  private final int port;
  private final AtomicLong delayedBytes = new AtomicLong();
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private volatile ServerSocket listener;
  private volatile Thread acceptor;
  private volatile Function<InetAddress, Duration> delay = from -> Duration.ZERO;
  private volatile boolean blackhole;

  private Relay(InetAddress host, InetSocketAddress target) throws IOException {
    this.target = target;
    this.host = host;
    this.listener = new ServerSocket(0, 50, host);
    this.port = listener.getLocalPort();
    accept(listener);
  }

  /** A relay to a port on loopback, without any delay. */
  public static Relay to(int port) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    return new Relay(loopback, new InetSocketAddress(loopback, port));
  }

  /** A relay to an address, that listens on a host, without any delay. */
  public static Relay to(InetAddress host, InetSocketAddress target) throws IOException {
    return new Relay(host, target);
  }

  /** The port that it listens on. */
  public int port() {
    return port;
  }

  /** The bytes that were relayed with a delay, in both directions. */
  public long delayedBytes() {
    return delayedBytes.get();
  }

  /** Relays, each piece this much later in each direction. */
  public void open(Duration oneWay) throws IOException {
    open(from -> oneWay);
  }

  /** Relays, each piece later by how far away its connection's client is, in each direction. */
  public void open(Function<InetAddress, Duration> oneWay) throws IOException {
    delay = oneWay;
    if (blackhole || listener == null) {
      blackhole = false;
      listen(50);
    }
  }

  /** Refuses new connections and breaks those that are open: the server is stopped. */
  public void refuse() throws IOException {
    closeListener();
    connections.forEach(Connection::close);
  }

  /** Forwards nothing any more and accepts nothing: connects hang, and so do those connected. */
  public void swallow() throws IOException {
    blackhole = true;
    listen(1);
  }

  @Override
  public void close() throws IOException {
    refuse();
  }

  private void listen(int backlog) throws IOException {
    closeListener();
    if (!blackhole) {
      connections.forEach(Connection::close);
    }
    ServerSocket fresh = new ServerSocket();
    fresh.setReuseAddress(true);
    fresh.bind(new InetSocketAddress(host, port), backlog);
    listener = fresh;
    if (!blackhole) {
      accept(fresh);
    }
  }

  private void closeListener() throws IOException {
    ServerSocket old = listener;
    listener = null;
    if (old != null) {
      old.close();
      try {
        acceptor.join(); // the port is free when nobody waits at it any more
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void accept(ServerSocket from) {
    acceptor =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!from.isClosed()) {
                    try {
                      new Connection(from.accept());
                    } catch (IOException e) {
                      // it is closed, or the server is away: the client's connection is closed too
                    }
                  }
                });
  }

  /** Two pumps; each has a queue of pieces, so that a delay does not cost throughput. */
  private final class Connection {
    private final Socket client;
    private final SocketChannel server;

    private Connection(Socket client) throws IOException {
      this.client = client;
      try {
        this.server = SocketChannel.open(target);
      } catch (IOException e) {
        client.close();
        throw e;
      }
      client.setTcpNoDelay(true);
      server.setOption(StandardSocketOptions.TCP_NODELAY, true);
      connections.add(this);
      pump(client, server.socket());
      pump(server.socket(), client);
    }

    private record Piece(ByteBuffer bytes, long readNanos) {}

    private void pump(Socket from, Socket to) {
      BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>(MOST_PIECES);
      Thread.ofVirtual().start(() -> read(from, pieces));
      Thread.ofVirtual().start(() -> write(pieces, to));
    }

    private void read(Socket from, BlockingQueue<Piece> pieces) {
      byte[] buffer = new byte[64 << 10];
      try {
        for (int n = from.getInputStream().read(buffer);
            n >= 0;
            n = from.getInputStream().read(buffer)) {
          pieces.put(new Piece(ByteBuffer.wrap(buffer.clone(), 0, n), System.nanoTime()));
        }
        pieces.put(new Piece(ByteBuffer.allocate(0), System.nanoTime()));
      } catch (IOException e) {
        close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void write(BlockingQueue<Piece> pieces, Socket to) {
      try {
        while (true) {
          Piece piece = pieces.take();
          long delayNanos = delay.apply(client.getInetAddress()).toNanos();
          if (delayNanos > 0) {
            delayedBytes.addAndGet(piece.bytes().remaining());
          }
          long wait = piece.readNanos() + delayNanos - System.nanoTime();
          if (wait > 0) {
            TimeUnit.NANOSECONDS.sleep(wait);
          }
          while (blackhole) {
            TimeUnit.MILLISECONDS.sleep(20);
          }
          if (!piece.bytes().hasRemaining()) {
            to.shutdownOutput();
            return;
          }
          to.getOutputStream().write(piece.bytes().array(), 0, piece.bytes().remaining());
        }
      } catch (IOException e) {
        close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void close() {
      connections.remove(this);
      try (client) {
        server.close();
      } catch (IOException e) {
        // it is gone
      }
    }
  }
}
