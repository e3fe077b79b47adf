package bifrost.providers.http.client;

import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.UpstreamException;
import bifrost.providers.http.UpstreamRequest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
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

  /** A limit of time passed: the request's, that of an answer, or that between two chunks. */
  static UpstreamException timeout(
      Origin origin, UpstreamRequest request, boolean headSeen, boolean billable) {
    String host = origin.authority();
    Duration whole = request.network().requestTimeout();
    Duration idle = request.network().streamIdleTimeout();
    String late;
    if (!request.deadline().remaining().isPositive()) {
      late = " did not answer before the deadline of the request";
    } else if (headSeen && request.stream()) {
      late = " sent nothing for %s (network_config.stream_idle_timeout_in_seconds)";
      late = late.formatted(seconds(idle));
    } else {
      late = " did not answer within %s (network_config.default_request_timeout_in_seconds)";
      late = late.formatted(seconds(whole));
    }
    return new UpstreamException(
        UpstreamFailure.of(Kind.TIMEOUT, host + late + "; try again, or allow more", billable));
  }

  private static String seconds(Duration time) {
    return time.toMillis() / 1000.0 + " s";
  }

  private static UpstreamException connection(String message, boolean billable) {
    return new UpstreamException(UpstreamFailure.of(Kind.CONNECTION, message, billable));
  }
}
