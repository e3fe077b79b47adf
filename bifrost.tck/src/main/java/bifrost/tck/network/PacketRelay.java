package bifrost.tck.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A UDP relay on loopback, with the answers back: the way to a server whose TCP is closed. Used by
 * tests; safe for any thread.
 */
public final class PacketRelay implements AutoCloseable {
  private static final int LARGEST = 65_535;

  private final DatagramSocket front;
  private final SocketAddress target;
  private final Map<SocketAddress, DatagramSocket> clients = new ConcurrentHashMap<>();

  private PacketRelay(int port) throws IOException {
    this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.front = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::relay);
  }

  /** A relay to a port on loopback. */
  public static PacketRelay to(int port) throws IOException {
    return new PacketRelay(port);
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
    while (receive(front, packet -> client(packet.getSocketAddress()), target)) {
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
                      while (receive(back, packet -> front, client)) {
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
  private static boolean receive(
      DatagramSocket from,
      java.util.function.Function<DatagramPacket, DatagramSocket> by,
      SocketAddress to) {
    DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
    try {
      from.receive(packet);
      by.apply(packet).send(new DatagramPacket(packet.getData(), packet.getLength(), to));
    } catch (IOException e) {
      return !from.isClosed(); // a packet that cannot be delivered is lost, as packets are
    }
    return true;
  }
}
