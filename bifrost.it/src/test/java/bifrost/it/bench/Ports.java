package bifrost.it.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** Waits for ports. */
final class Ports {
  private static final long LIMIT_NANOS = 10_000_000_000L;

  private Ports() {}

  static void await(int port) throws InterruptedException, IOException {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw new IOException("nothing listens on port " + port, e);
        }
        Thread.sleep(20);
      }
    }
  }
}
