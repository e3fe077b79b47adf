package bifrost.sync.diagnosis.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.tck.tls.TestAuthority;
import bifrost.tck.tls.TestCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicationPortTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static final int TLS_HANDSHAKE = 0x16;

  @TempDir private Path folder;

  @Test
  void aPortThatSpeaksHttp2IsOpen() throws IOException {
    try (Server server = new Server(socket -> socket.getOutputStream().write(new byte[9]))) {
      assertEquals(Outcome.OPEN, plain().test(server.address(), LIMIT));
    }
  }

  @Test
  void aPortThatHangsUpIsSilent() throws IOException {
    try (Server server = new Server(socket -> {})) {
      assertEquals(Outcome.SILENT, plain().test(server.address(), LIMIT));
    }
  }

  @Test
  void aPortWithoutAListenerIsClosed() throws IOException {
    String address;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = "127.0.0.1:" + unused.getLocalPort();
    }
    assertEquals(Outcome.CLOSED, plain().test(address, LIMIT));
    assertEquals(Outcome.UNKNOWN, plain().test("no address", LIMIT));
  }

  @Test
  void tlsOnOneSideOnlyIsAMismatchFromEitherSide() throws Exception {
    TestAuthority authority = new TestAuthority("mesh");
    try (Server server = tls(authority)) {
      assertEquals(Outcome.TLS_MISMATCH, plain().test(server.address(), LIMIT));
    }
    try (Server server = new Server(socket -> socket.getOutputStream().write(new byte[64]))) {
      assertEquals(Outcome.TLS_MISMATCH, secured(authority).test(server.address(), LIMIT));
    }
  }

  @Test
  void aTlsServerThatHangsUpAtTheGreetingIsAMismatch() throws Exception {
    try (Server server = tls(new TestAuthority("mesh"), true)) {
      assertEquals(Outcome.TLS_MISMATCH, plain().test(server.address(), LIMIT));
    }
  }

  @Test
  void theSameAuthorityIsOpenAndAnotherIsAMismatch() throws Exception {
    TestAuthority authority = new TestAuthority("mesh");
    try (Server server = tls(authority)) {
      assertEquals(Outcome.OPEN, secured(authority).test(server.address(), LIMIT));
      TestAuthority other = new TestAuthority("other");
      assertEquals(Outcome.TLS_MISMATCH, secured(other).test(server.address(), LIMIT));
    }
  }

  private static ReplicationPort plain() {
    return new ReplicationPort(Optional.empty());
  }

  private ReplicationPort secured(TestAuthority authority) {
    authority.node("us-1").write(folder);
    return new ReplicationPort(Optional.of(new PeerTrust(folder.resolve("ca.pem").toString())));
  }

  /** Asks for a client certificate, as a node's port does. */
  private static Server tls(TestAuthority authority) throws Exception {
    return tls(authority, false);
  }

  /**
   * The same.
   *
   * @param mute whether it hangs up without an alert at what is no TLS, as some servers do
   */
  private static Server tls(TestAuthority authority, boolean mute) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    TestCertificate certificate = authority.node("eu-1");
    store.setKeyEntry(
        "node",
        certificate.key(),
        new char[0],
        new java.security.cert.Certificate[] {certificate.certificate(), authority.certificate()});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    context.init(keys.getKeyManagers(), null, null);
    return new Server(
        socket -> {
          int first = socket.getInputStream().read();
          if (mute && first != TLS_HANDSHAKE) {
            return;
          }
          InputStream consumed = new ByteArrayInputStream(new byte[] {(byte) first});
          SSLSocket secured =
              (SSLSocket) context.getSocketFactory().createSocket(socket, consumed, true);
          secured.setNeedClientAuth(true);
          secured.startHandshake();
        });
  }

  @FunctionalInterface
  private interface Served {
    void serve(Socket socket) throws IOException;
  }

  /** Reads a little, serves, hangs up. */
  private static final class Server implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

    Server(Served served) throws IOException {
      Thread.ofVirtual()
          .start(
              () -> {
                while (!listener.isClosed()) {
                  try (Socket socket = listener.accept()) {
                    served.serve(socket);
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                  } catch (IOException e) {
                    // the client has seen what it wanted
                  }
                }
              });
    }

    String address() {
      return "127.0.0.1:" + listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }
}
