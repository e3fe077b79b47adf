package bifrost.tck.network;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for the servers that a test starts: free for TCP and UDP, and each given out once.
 *
 * <p>They lie below the range from which systems take the ports of outgoing connections, so none is
 * taken by a client between the asking and the listening. A process begins anywhere in the range:
 * test runs side by side do not meet.
 */
public final class FreePorts {
  private static final int FIRST = 12_000;
  private static final int COUNT = 20_000;
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

  private FreePorts() {}

  /** A port that nobody listens on now, on any address. */
  public static int next() throws IOException {
    for (int attempt = 0; attempt < COUNT; attempt++) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
      try (ServerSocket tcp = new ServerSocket(port, 1);
          DatagramSocket udp = new DatagramSocket(port)) {
        return tcp.getLocalPort();
      } catch (IOException e) {
        // somebody has it
      }
    }
    throw new IOException("none of the ports from " + FIRST + " on is free");
  }
}
