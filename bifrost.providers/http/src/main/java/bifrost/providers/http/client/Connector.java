package bifrost.providers.http.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Opens connections: resolves, connects to one address after the other, tunnels, begins TLS. */
final class Connector {
  private static final int CONNECT_MILLIS = 10_000;

  private final Tls tls;
  private final Optional<ProxyUrl> proxy;

  Connector(Tls tls, Optional<ProxyUrl> proxy) {
    this.tls = tls;
    this.proxy = proxy;
  }

  /** Opens a connection; blocks for some ten seconds for each address at most. */
  Connection open(Origin origin) throws IOException {
    Origin first = proxy.map(ProxyUrl::origin).orElse(origin);
    Socket raw = connect(first);
    boolean ready = false;
    try {
      raw.setSoTimeout(CONNECT_MILLIS);
      Socket layered = raw;
      if (first.secure()) {
        layered = handshake(layered, first);
      }
      if (proxy.isPresent() && origin.secure()) {
        tunnel(raw, layered, origin);
        layered = handshake(layered, origin);
      }
      raw.setSoTimeout(0);
      Connection connection = new Connection(raw, layered);
      ready = true;
      return connection;
    } finally {
      if (!ready) {
        raw.close();
      }
    }
  }

  /** The proxy's credentials, where requests are sent to it in plain. */
  Optional<String> proxyAuthorization(Origin origin) {
    return origin.secure() ? Optional.empty() : proxy.flatMap(ProxyUrl::authorization);
  }

  /** Whether requests go to a proxy that reads them, and so name their target in full. */
  boolean isRelayed(Origin origin) {
    return proxy.isPresent() && !origin.secure();
  }

  private static Socket connect(Origin origin) throws IOException {
    IOException failure = new ConnectException();
    for (InetAddress address : InetAddress.getAllByName(origin.host())) {
      Socket socket = new Socket();
      try {
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        socket.connect(new InetSocketAddress(address, origin.port()), CONNECT_MILLIS);
        return socket;
      } catch (IOException e) {
        failure = e;
        socket.close();
      }
    }
    throw failure;
  }

  private Socket handshake(Socket below, Origin origin) throws IOException {
    SSLSocket socket =
        (SSLSocket) tls.factory().createSocket(below, origin.host(), origin.port(), true);
    if (tls.verifies()) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
    }
    socket.startHandshake();
    return socket;
  }

  private void tunnel(Socket raw, Socket layered, Origin origin) throws IOException {
    StringBuilder request = new StringBuilder(200);
    request.append("CONNECT ").append(origin.hostAndPort()).append(" HTTP/1.1\r\nHost: ");
    request.append(origin.hostAndPort()).append("\r\n");
    proxy
        .flatMap(ProxyUrl::authorization)
        .ifPresent(value -> request.append("Proxy-Authorization: ").append(value).append("\r\n"));
    request.append("\r\n");
    Connection connection = new Connection(raw, layered);
    connection.out().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
    Head head = HeadReader.read(connection);
    if (head.status() < 200 || head.status() > 299) {
      throw new TunnelRefusedException(head.status());
    }
  }

  /** A proxy that will not connect to the upstream. */
  static final class TunnelRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    TunnelRefusedException(int status) {
      super("status " + status);
    }
  }
}
