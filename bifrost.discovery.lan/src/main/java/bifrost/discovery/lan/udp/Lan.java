package bifrost.discovery.lan.udp;

import java.io.IOException;

/** The network: what is sent reaches all nodes in it, this one too. */
interface Lan extends AutoCloseable {
  /** Sends to all. Safe for any thread. */
  void send(byte[] datagram) throws IOException;

  /** The next datagram, or null when none came in time. */
  byte[] receive(long millis) throws IOException;

  /** Ends a {@link #receive} too. */
  @Override
  void close();

  /** Opens the network. */
  @FunctionalInterface
  interface Opening {
    Lan open() throws IOException;
  }
}
