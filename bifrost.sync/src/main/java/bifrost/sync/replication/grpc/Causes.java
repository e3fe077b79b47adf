package bifrost.sync.replication.grpc;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.netty.shaded.io.netty.channel.ConnectTimeoutException;
import io.grpc.netty.shaded.io.netty.handler.ssl.NotSslRecordException;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/** Turns what gRPC, the network and TLS report into one line with the fix where it is known. */
final class Causes {
  private static final int MAX_LENGTH = 500;

  private Causes() {}

  /** Why a dial did not lead to a link. */
  static String ofDial(Status status, String address, boolean tls) {
    Throwable cause = status.getCause();
    String words;
    if (find(cause, ConnectTimeoutException.class) != null || isDeadline(cause)) {
      words = "no answer from %s: is the port open on the way?".formatted(address);
    } else if (find(cause, UnknownHostException.class) != null) {
      words = "the name in %s is not known".formatted(address);
    } else if (find(cause, NoRouteToHostException.class) != null) {
      words = "there is no route to %s: is the port open on the way?".formatted(address);
    } else if (find(cause, ConnectException.class) != null) {
      words = "nobody listens on %s: does its replication run?".formatted(address);
    } else if (tls && find(cause, SSLException.class) != null) {
      words = "%s: %s".formatted(address, ofHandshake(cause));
    } else if (status.getCode() == Status.Code.PERMISSION_DENIED) {
      words = "%s refuses this node: %s".formatted(address, status.getDescription());
    } else if (!tls && status.getCode() == Status.Code.UNAVAILABLE) {
      words =
          "%s closed the connection without an answer: it may want TLS, and cluster_config.grpc.tls"
                  .formatted(address)
              + " is not set here";
    } else {
      words = "%s: %s".formatted(address, describe(status));
    }
    return bounded(words);
  }

  /** Why a TLS handshake failed. */
  static String ofHandshake(Throwable failure) {
    CertificateException certificate = find(failure, CertificateException.class);
    if (certificate != null) {
      return bounded(certificate.getMessage());
    }
    if (find(failure, NotSslRecordException.class) != null) {
      return "it speaks no TLS: is cluster_config.grpc.tls set there?";
    }
    if (find(failure, SslHandshakeTimeoutException.class) != null) {
      return "it did not finish the TLS handshake";
    }
    String message = String.valueOf(failure.getMessage());
    if (message.contains("Empty client certificate chain")) {
      return "it showed no certificate: is cluster_config.grpc.tls set there?";
    }
    if (message.contains("alert")) {
      return bounded(
          "it does not accept the certificate of this node, its log says why (%s)"
              .formatted(message));
    }
    return bounded("the TLS handshake failed: " + message);
  }

  /** Whether a handshake ended before it said anything, as a port check does. */
  static boolean isSilent(Throwable failure) {
    return find(failure, ClosedChannelException.class) != null;
  }

  /** Why a link that was open has ended. */
  static String ofEnd(Status status) {
    return bounded(describe(status));
  }

  static String bounded(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH);
  }

  private static boolean isDeadline(Throwable cause) {
    StatusException status = find(cause, StatusException.class);
    return status != null && status.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED;
  }

  private static String describe(Status status) {
    String text = status.getDescription() == null ? "" : status.getDescription();
    Throwable cause = status.getCause();
    if (cause != null && cause.getMessage() != null && !text.contains(cause.getMessage())) {
      text = text.isEmpty() ? cause.getMessage() : text + ", " + cause.getMessage();
    }
    return text.isEmpty() ? "the connection ended (" + status.getCode() + ")" : text;
  }

  private static <T extends Throwable> T find(Throwable failure, Class<T> type) {
    Throwable at = failure;
    for (int depth = 0; at != null && depth < 16; depth++) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
      at = at.getCause();
    }
    return null;
  }
}
