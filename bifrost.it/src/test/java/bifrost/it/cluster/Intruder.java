package bifrost.it.cluster;

import bifrost.tck.network.Http2Caller;
import bifrost.tck.tls.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Random;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Somebody who does harm at a node's port of replication, from a loopback address of its own. What
 * it does ends when the node ends the connection.
 *
 * @param host where it comes from
 * @param port of the node, on 127.0.0.1
 * @param shown the certificate that it shows
 */
record Intruder(String host, int port, TestCertificate shown) {
  private static final String LINK = "/bifrost.replication.v1.Replication/Link";
  private static final int FRAME = 16_384;
  private static final long MANY = 4L << 30;

  /** Asks for a link as some node, and says nothing more. */
  void callAs(String node) throws Exception {
    try (Http2Caller caller = caller()) {
      call(caller, 1, node);
      caller.waitsForClose();
    }
  }

  /** Sends noise, where a handshake is expected. */
  void sendNoise() throws Exception {
    try (Socket socket = connect()) {
      noise(socket);
    }
  }

  /** Sends noise, where HTTP/2 is expected. */
  void sendNoiseOverTls() throws Exception {
    try (Socket socket = secured()) {
      noise(socket);
    }
  }

  /** Says that a frame of 16 MiB comes, and sends as much of it as is taken. */
  void sendHugeFrame() throws Exception {
    try (Http2Caller caller = caller()) {
      caller.head((1 << 24) - 1, Http2Caller.DATA, 0, 1);
      stream(caller);
    }
  }

  /** Says that a message of 1 GiB comes, and sends as much of it as is taken. */
  void sendHugeMessage(String node) throws Exception {
    try (Http2Caller caller = caller()) {
      call(caller, 1, node);
      caller.data(1, new byte[] {0, 0x40, 0, 0, 0});
      stream(caller);
    }
  }

  /** Asks for one link after the other on one connection. */
  void flood(String node) throws Exception {
    try (Http2Caller caller = caller()) {
      for (int stream = 1; stream < Integer.MAX_VALUE - 2; stream += 2) {
        call(caller, stream, node);
      }
    }
  }

  private static void stream(Http2Caller caller) throws IOException {
    byte[] bytes = new byte[FRAME];
    for (long sent = 0; sent < MANY; sent += FRAME) {
      caller.data(1, bytes);
    }
  }

  private static void noise(Socket socket) throws IOException {
    byte[] bytes = new byte[FRAME];
    new Random(1).nextBytes(bytes);
    for (long sent = 0; sent < MANY; sent += FRAME) {
      socket.getOutputStream().write(bytes);
    }
  }

  private static void call(Http2Caller caller, int stream, String node) throws IOException {
    caller.call(stream, LINK, Map.of("bifrost-node", node, "bifrost-to", "node-a"));
  }

  private Http2Caller caller() throws IOException, GeneralSecurityException {
    return new Http2Caller(secured());
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(host, 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 20_000);
    return socket;
  }

  private SSLSocket secured() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("own", shown.key(), new char[0], new Certificate[] {shown.certificate()});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), new TrustManager[] {new Credulous()}, new SecureRandom());
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(connect(), "node-a", port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** Believes every server. */
  private static final class Credulous implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
