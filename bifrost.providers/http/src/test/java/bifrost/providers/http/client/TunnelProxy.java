package bifrost.providers.http.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A proxy that knows CONNECT only, for one connection. */
final class TunnelProxy implements AutoCloseable {
  private final ServerSocket server;
  private volatile String head = "";

  private TunnelProxy(ServerSocket server) {
    this.server = server;
  }

  static TunnelProxy start() throws IOException {
    TunnelProxy proxy = new TunnelProxy(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(proxy::serve);
    return proxy;
  }

  String url(String userInfo) {
    return "http://" + userInfo + "@127.0.0.1:" + server.getLocalPort();
  }

  String head() {
    return head;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private void serve() {
    try (Socket client = server.accept()) {
      InputStream in = client.getInputStream();
      StringBuilder request = new StringBuilder();
      while (request.indexOf("\r\n\r\n") < 0) {
        request.append((char) in.read());
      }
      head = request.toString();
      String target = head.split(" ")[1];
      int port = Integer.parseInt(target.substring(target.indexOf(':') + 1));
      try (Socket upstream = new Socket(InetAddress.getLoopbackAddress(), port)) {
        client
            .getOutputStream()
            .write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        Thread.ofVirtual().start(() -> copy(upstream, client));
        copy(client, upstream);
      }
    } catch (IOException e) {
      // the test has ended
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      from.getInputStream().transferTo(out);
      to.shutdownOutput();
    } catch (IOException e) {
      // one side has closed
    }
  }
}
