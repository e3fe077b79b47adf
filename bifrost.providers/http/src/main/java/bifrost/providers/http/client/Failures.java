package bifrost.providers.http.client;

import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.UpstreamException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/**
 * Turns what the transport throws into failures. Messages name the host and never repeat a text of
 * the transport or of the upstream.
 */
final class Failures {
  private Failures() {}

  /** No connection came about. */
  static UpstreamException connecting(IOException failure, Origin origin) {
    String host = origin.authority();
    return connection(
        switch (failure) {
          case UnknownHostException e -> "cannot resolve the name of " + host;
          case ConnectException e -> "cannot connect to " + host + ", it refuses";
          case SocketTimeoutException e -> "cannot connect to " + host + " in time";
          case SSLException e ->
              "no TLS session with " + host + ", its certificate or protocol is refused";
          case Connector.TunnelRefusedException e ->
              "the proxy refuses to connect to " + host + ": " + e.getMessage();
          default -> "cannot connect to " + host;
        },
        false);
  }

  /** A connection broke amid an exchange. */
  static UpstreamException broken(
      IOException failure, Origin origin, boolean requestSent, boolean headSeen) {
    String host = origin.authority();
    return switch (failure) {
      case MalformedException e ->
          new UpstreamException(
              UpstreamFailure.of(
                  Kind.PROTOCOL,
                  host + " sent an answer that is not HTTP: " + e.getMessage(),
                  true));
      case RequestWriter.UnreadableBodyException e ->
          new UpstreamException(
              UpstreamFailure.of(
                  Kind.INVALID_REQUEST,
                  "the request's body broke off, or was sent once and cannot be sent again",
                  false));
      default ->
          connection(
              host + " closed the connection " + (headSeen ? "amid" : "before") + " its answer",
              requestSent);
    };
  }

  static UpstreamException noConnectionInTime(Origin origin) {
    return connection("cannot connect to " + origin.authority() + " in time", false);
  }

  static UpstreamException noConnectionFree(Origin origin) {
    return connection("too many requests wait for a connection to " + origin.authority(), false);
  }

  static UpstreamException timeout(Origin origin, boolean billable) {
    return new UpstreamException(
        UpstreamFailure.of(Kind.TIMEOUT, origin.authority() + " did not answer in time", billable));
  }

  private static UpstreamException connection(String message, boolean billable) {
    return new UpstreamException(UpstreamFailure.of(Kind.CONNECTION, message, billable));
  }
}
