package bifrost.tck.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A UDP relay on loopback, with the answers back: the way to a server whose TCP is closed. Used by
 * tests; safe for any thread.
 */
public final class PacketRelay implements AutoCloseable {
  private static final int LARGEST = 65_535;

  private final DatagramSocket front;
  private final SocketAddress target;
  private final Map<SocketAddress, DatagramSocket> clients = new ConcurrentHashMap<>();
  private volatile Duration delay = Duration.ZERO;

  private PacketRelay(int port, int front) throws IOException {
    this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.front = new DatagramSocket(front, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::relay);
  }

  /** A relay to a port on loopback. */
  public static PacketRelay to(int port) throws IOException {
    return new PacketRelay(port, 0);
  }

  /** A relay to a port on loopback from another one, such as that of a {@link Relay}. */
  public static PacketRelay to(int port, int front) throws IOException {
    return new PacketRelay(port, front);
  }

  /** From now on each answer comes so much later. */
  public void delay(Duration time) {
    delay = time;
  }

  /** The port that it listens on, by UDP only. */
  public int port() {
    return front.getLocalPort();
  }

  @Override
  public void close() {
    front.close();
    clients.values().forEach(DatagramSocket::close);
  }

  private void relay() {
    while (receive(front, packet -> client(packet.getSocketAddress()), target, false)) {
      // until it is closed
    }
  }

  private DatagramSocket client(SocketAddress from) {
    return clients.computeIfAbsent(
        from,
        client -> {
          try {
            DatagramSocket back = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            Thread.ofVirtual()
                .start(
                    () -> {
                      while (receive(back, packet -> front, client, true)) {
                        // until it is closed
                      }
                    });
            return back;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Takes one packet and sends it on; {@code false} when the socket is closed. */
  private boolean receive(
      DatagramSocket from,
      Function<DatagramPacket, DatagramSocket> by,
      SocketAddress to,
      boolean back) {
    DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
    try {
      from.receive(packet);
      if (back && !delay.isZero()) {
        Thread.sleep(delay);
      }
      by.apply(packet).send(new DatagramPacket(packet.getData(), packet.getLength(), to));
    } catch (IOException e) {
      return !from.isClosed(); // a packet that cannot be delivered is lost, as packets are
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return true;
  }
}
