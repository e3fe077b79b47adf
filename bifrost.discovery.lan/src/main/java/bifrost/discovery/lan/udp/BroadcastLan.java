package bifrost.discovery.lan.udp;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * UDP broadcast over IPv4. The port is shared: every node and every session of a host hears every
 * beacon.
 */
final class BroadcastLan implements Lan {
  private final DatagramSocket socket;
  private final int port;
  private final String address;
  private final byte[] buffer = new byte[Beacon.MAX_BYTES + 1];

  private BroadcastLan(DatagramSocket socket, int port, String address) {
    this.socket = socket;
    this.port = port;
    this.address = address;
  }

  /** Listens on a port, and sends there to an address, or to all networks when it is empty. */
  static Lan open(int port, String address) throws IOException {
    DatagramSocket socket = new DatagramSocket(null);
    try {
      socket.setReuseAddress(true);
      socket.setBroadcast(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), port));
      return new BroadcastLan(socket, port, address);
    } catch (IOException e) {
      socket.close();
      throw new IOException("UDP port " + port + " cannot be opened: " + e.getMessage(), e);
    }
  }

  @Override
  public void send(byte[] datagram) throws IOException {
    IOException failed = null;
    boolean sent = false;
    for (InetAddress target : targets()) {
      try {
        socket.send(new DatagramPacket(datagram, datagram.length, target, port));
        sent = true;
      } catch (IOException e) {
        failed =
            new IOException("broadcast to " + target.getHostAddress() + ": " + e.getMessage(), e);
      }
    }
    if (!sent) {
      throw failed != null ? failed : new IOException("no network of this host has broadcasts");
    }
  }

  /** Networks come and go, so they are listed each time. */
  private List<InetAddress> targets() throws IOException {
    if (!address.isEmpty()) {
      return List.of(InetAddress.getByName(address));
    }
    Set<InetAddress> targets = new LinkedHashSet<>();
    for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      if (network.isUp() && !network.isLoopback()) {
        for (InterfaceAddress each : network.getInterfaceAddresses()) {
          if (each.getBroadcast() != null) {
            targets.add(each.getBroadcast());
          }
        }
      }
    }
    return List.copyOf(targets);
  }

  @Override
  public byte[] receive(long millis) throws IOException {
    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
    socket.setSoTimeout((int) Math.max(1, millis));
    try {
      socket.receive(packet);
      return Arrays.copyOf(buffer, packet.getLength());
    } catch (SocketTimeoutException e) {
      return null;
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
