package bifrost.sync.membership.transport;

import bifrost.sync.membership.wire.BadMessageException;
import bifrost.sync.membership.wire.DropReason;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * UDP and TCP on one port. Each stream has a virtual thread; a guard closes the socket when its
 * time is over, so neither a slow reader nor a slow writer holds one for longer.
 */
public final class NetTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(NetTransport.class);
  private static final int MAX_PACKET = 65_535;
  private static final int MAX_INBOUND = 64;
  private static final int MAX_OUTBOUND = 64;
  private static final int BIND_ATTEMPTS = 20;
  private static final int UDP_BUFFER = 2 << 20;

  private final ServerSocket server;
  private final DatagramSocket datagrams;
  private final Duration inboundTimeout;
  private final Semaphore inbound = new Semaphore(MAX_INBOUND);
  private final Semaphore outbound = new Semaphore(MAX_OUTBOUND);
  private final ScheduledExecutorService guard =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("bifrost-membership-guard").factory());
  private volatile boolean closed;

  private NetTransport(ServerSocket server, DatagramSocket datagrams, Duration inboundTimeout) {
    this.server = server;
    this.datagrams = datagrams;
    this.inboundTimeout = inboundTimeout;
  }

  /**
   * Binds both sockets.
   *
   * @param address where to listen; any address of the host when it is the wildcard
   * @param port the port, or 0 for one that is free for both
   * @param inboundTimeout how long a stream of a peer may last
   * @throws IOException when the port is taken or the address is not one of this host
   */
  public static NetTransport bind(InetAddress address, int port, Duration inboundTimeout)
      throws IOException {
    IOException last = null;
    for (int i = 0; i < (port == 0 ? BIND_ATTEMPTS : 1); i++) {
      ServerSocket server = new ServerSocket();
      try {
        server.bind(new InetSocketAddress(address, port));
        DatagramSocket datagrams =
            new DatagramSocket(new InetSocketAddress(address, server.getLocalPort()));
        datagrams.setReceiveBufferSize(UDP_BUFFER);
        return new NetTransport(server, datagrams, inboundTimeout);
      } catch (IOException e) {
        server.close();
        last = e;
      }
    }
    throw last;
  }

  /** The port of both sockets. */
  public int port() {
    return server.getLocalPort();
  }

  @Override
  public void start(Receiver receiver) {
    Thread.ofVirtual().name("bifrost-membership-udp").start(() -> receive(receiver));
    Thread.ofVirtual().name("bifrost-membership-tcp").start(() -> accept(receiver));
  }

  @Override
  public void send(InetSocketAddress to, byte[] packet) {
    try {
      datagrams.send(new DatagramPacket(packet, packet.length, to));
    } catch (IOException | IllegalArgumentException e) {
      LOG.debug("{}: packet not sent, {}", to, e.toString());
    }
  }

  @Override
  public <T> void exchange(
      InetSocketAddress to,
      byte[] request,
      Duration timeout,
      AnswerReader<T> reader,
      Outcome<T> outcome) {
    if (closed || !outbound.tryAcquire()) {
      outcome.failed(closed ? "this node has stopped" : "too many streams are open");
      return;
    }
    Thread.ofVirtual()
        .name("bifrost-membership-out")
        .start(
            () -> {
              try {
                call(to, request, timeout, reader, outcome);
              } finally {
                outbound.release();
              }
            });
  }

  private <T> void call(
      InetSocketAddress to,
      byte[] request,
      Duration timeout,
      AnswerReader<T> reader,
      Outcome<T> outcome) {
    T answer;
    try (Socket socket = new Socket()) {
      ScheduledFuture<?> end = closeAfter(socket, timeout);
      try {
        socket.setTcpNoDelay(true);
        socket.connect(to, (int) Math.max(1, timeout.toMillis()));
        socket.getOutputStream().write(request);
        answer = reader.read(new BufferedInputStream(socket.getInputStream()));
      } finally {
        end.cancel(false);
      }
    } catch (IOException | BadMessageException e) {
      outcome.failed(cause(to, e, timeout));
      return;
    }
    outcome.answered(answer);
  }

  private static String cause(InetSocketAddress to, Exception e, Duration timeout) {
    String reason = e.getMessage();
    if (e instanceof SocketException && "Socket closed".equals(reason)) {
      reason = "no answer within " + timeout.toMillis() + " ms";
    } else if (isHangUp(e)) {
      reason = CLOSED_SILENTLY + ": another key or label, or it is leaving";
    }
    return to.getAddress().getHostAddress() + ":" + to.getPort() + ": " + reason;
  }

  private static boolean isHangUp(Exception e) {
    return e instanceof BadMessageException bad && bad.reason() == DropReason.TRUNCATED
        || e instanceof SocketException && "Connection reset".equals(e.getMessage());
  }

  private void receive(Receiver receiver) {
    byte[] buffer = new byte[MAX_PACKET];
    while (!closed) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        datagrams.receive(packet);
        if (receiver.admits(packet.getAddress(), false)) {
          receiver.packet(
              (InetSocketAddress) packet.getSocketAddress(),
              Arrays.copyOf(buffer, packet.getLength()));
        }
      } catch (IOException e) {
        if (!closed) {
          LOG.debug("membership: receiving failed, {}", e.toString());
        }
      } catch (RuntimeException e) {
        LOG.error("membership: a packet could not be handled, it is dropped", e);
      }
    }
  }

  private void accept(Receiver receiver) {
    while (!closed) {
      try {
        Socket socket = server.accept();
        if (!receiver.admits(socket.getInetAddress(), true) || !inbound.tryAcquire()) {
          socket.close();
          continue;
        }
        Thread.ofVirtual().name("bifrost-membership-in").start(() -> serve(socket, receiver));
      } catch (IOException e) {
        if (!closed) {
          LOG.warn("membership: accepting a stream failed, {}", e.toString());
          pause();
        }
      }
    }
  }

  /** Keeps a lasting failure, such as too many open files, from spinning. */
  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Socket socket, Receiver receiver) {
    try (socket) {
      ScheduledFuture<?> end = closeAfter(socket, inboundTimeout);
      try {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        InputStream in = new BufferedInputStream(socket.getInputStream());
        InetSocketAddress from = (InetSocketAddress) socket.getRemoteSocketAddress();
        if (receiver.stream(from, in, new FutureAnswer(answer))) {
          byte[] bytes = answer.get(inboundTimeout.toMillis(), TimeUnit.MILLISECONDS);
          socket.getOutputStream().write(bytes);
        }
      } finally {
        end.cancel(false);
      }
    } catch (IOException | ExecutionException | TimeoutException e) {
      LOG.debug("membership: a stream ended early, {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("membership: a stream could not be handled, it is closed", e);
    } finally {
      inbound.release();
    }
  }

  private ScheduledFuture<?> closeAfter(Socket socket, Duration time) {
    return guard.schedule(() -> close(socket), time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      LOG.debug("membership: closing failed, {}", e.toString());
    }
  }

  @Override
  public void close() {
    closed = true;
    close(server);
    datagrams.close();
    guard.shutdownNow();
  }

  private record FutureAnswer(CompletableFuture<byte[]> future) implements Receiver.Answer {
    @Override
    public void send(byte[] bytes) {
      future.complete(bytes);
    }

    @Override
    public void none() {
      future.complete(new byte[0]);
    }
  }
}
