package bifrost.sync.diagnosis.probe;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.sync.membership.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Tests a replication port without opening a link: by a TLS handshake where this node uses TLS,
 * else by the greeting of HTTP/2, at which a TLS server sends an alert or hangs up: then a
 * handshake shows which it is.
 */
public final class ReplicationPort {
  private static final int TLS_ALERT = 0x15;

  /** The preface of a connection, and settings that change nothing. */
  private static final byte[] GREETING =
      ByteBuffer.allocate(33)
          .put("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
          .put(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0})
          .array();

  private final Optional<PeerTrust> tls;

  /**
   * A test.
   *
   * @param tls whom this node trusts; empty when it uses no TLS
   */
  public ReplicationPort(Optional<PeerTrust> tls) {
    this.tls = tls;
  }

  /** Tests the port at an address as members tell it; blocks. */
  public Outcome test(String address, Duration limit) {
    Candidate target = HostPort.parse(address, 0);
    if (target == null) {
      return Outcome.UNKNOWN;
    }
    Outcome outcome = test(target, limit);
    boolean mayBeTls = tls.isEmpty() && outcome == Outcome.SILENT;
    return mayBeTls && speaksTls(target, limit) ? Outcome.TLS_MISMATCH : outcome;
  }

  private Outcome test(Candidate target, Duration limit) {
    try (Socket socket = connect(target, limit)) {
      return tls.isEmpty() ? greet(socket) : shakeHands(socket, target);
    } catch (IOException e) {
      return Outcome.CLOSED;
    }
  }

  private static Socket connect(Candidate target, Duration limit) throws IOException {
    Socket socket = new Socket();
    try {
      int millis = (int) limit.toMillis();
      socket.connect(new InetSocketAddress(target.host(), target.port()), millis);
      socket.setSoTimeout(millis);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static boolean speaksTls(Candidate target, Duration limit) {
    try (Socket socket = connect(target, limit)) {
      return PeerTrust.speaksTls(socket, target.host(), target.port());
    } catch (IOException e) {
      return false;
    }
  }

  private static Outcome greet(Socket socket) {
    try {
      socket.getOutputStream().write(GREETING);
      int first = socket.getInputStream().read();
      return first == TLS_ALERT ? Outcome.TLS_MISMATCH : first < 0 ? Outcome.SILENT : Outcome.OPEN;
    } catch (SocketTimeoutException e) {
      return Outcome.OPEN; // taken, and waiting for more
    } catch (IOException e) {
      return Outcome.SILENT;
    }
  }

  private Outcome shakeHands(Socket socket, Candidate target) {
    try {
      return switch (tls.get().check(socket, target.host(), target.port())) {
        case TRUSTED -> Outcome.OPEN;
        case UNTRUSTED, NO_TLS -> Outcome.TLS_MISMATCH;
      };
    } catch (IOException e) {
      return Outcome.SILENT;
    }
  }
}
