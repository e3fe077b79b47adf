package bifrost.tck.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP relay on loopback to a server, which a test makes slow, silent or dead. Closing it ends all
 * connections. Safe for any thread.
 *
 * <pre>{@code
 * try (Relay relay = Relay.to("127.0.0.1", server.port())) {
 *   client.connect("127.0.0.1", relay.port());
 *   relay.silence();
 *   ...
 *   relay.restore();
 * }
 * }</pre>
 */
public final class Relay implements AutoCloseable {
  private static final int BUFFER = 16_384;

  private final InetSocketAddress server;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean silent;
  private volatile boolean refusing;
  private volatile Duration delay = Duration.ZERO;

  private Relay(InetSocketAddress server) throws IOException {
    this.server = server;
    this.listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("relay").start(this::accept);
  }

  /** A relay to a server that need not be there yet. */
  public static Relay to(String host, int port) throws IOException {
    return new Relay(new InetSocketAddress(host, port));
  }

  /** The port on 127.0.0.1 to connect to. */
  public int port() {
    return listener.getLocalPort();
  }

  /** From now on nothing comes through, and nobody is told: packets are lost on the way. */
  public void silence() {
    silent = true;
  }

  /** From now on connections break, those that there are and every new one. */
  public void refuse() {
    refusing = true;
    sockets.forEach(Relay::close);
  }

  /** From now on everything that the server says comes so much later. */
  public void delay(Duration time) {
    delay = time;
  }

  /** All is well again; connections that were silent are broken, so that their ends notice. */
  public void restore() {
    refusing = false;
    delay = Duration.ZERO;
    if (silent) {
      silent = false;
      sockets.forEach(Relay::close);
    }
  }

  /** Ends all connections and listens no more. */
  @Override
  public void close() {
    refuse();
    try {
      listener.close();
    } catch (IOException e) {
      // it listens no more either way
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        sockets.add(client);
        if (refusing) {
          close(client);
        } else {
          Thread.ofVirtual().name("relay-connection").start(() -> connect(client));
        }
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void connect(Socket client) {
    try {
      Socket upstream = new Socket();
      sockets.add(upstream);
      upstream.connect(server, 5_000);
      Thread back = Thread.ofVirtual().start(() -> copy(upstream, client, true));
      copy(client, upstream, false);
      back.join();
    } catch (IOException e) {
      close(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(client);
    }
  }

  private void copy(Socket from, Socket to, boolean back) {
    byte[] buffer = new byte[BUFFER];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (back && !delay.isZero()) {
          Thread.sleep(delay);
        }
        if (!silent) {
          out.write(buffer, 0, read);
        }
      }
    } catch (IOException e) {
      // the connection broke
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is gone
    }
  }
}
