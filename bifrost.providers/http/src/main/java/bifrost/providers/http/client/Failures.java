package bifrost.providers.http.client;

import bifrost.api.provider.UpstreamFailure;
import bifrost.api.provider.UpstreamFailure.Kind;
import bifrost.providers.http.UpstreamException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.http.HttpException;

/**
 * Turns what the transport throws into failures. Messages name the host and never repeat a text of
 * the transport, which may quote header fields.
 */
final class Failures {
  private Failures() {}

  /** The exchange broke at this point. */
  static UpstreamException of(Throwable failure, URI uri, boolean requestSent, boolean headSeen) {
    String host = host(uri);
    return switch (failure) {
      case UpstreamException e -> e;
      case UnknownHostException e -> connection("cannot resolve " + host);
      case UnresolvedAddressException e -> connection("cannot resolve " + host);
      case SocketTimeoutException e -> connection("cannot connect to " + host + " in time");
      case ConnectException e -> connection("cannot connect to " + host + ", it refuses");
      case SSLException e ->
          connection("no TLS session with " + host + ", its certificate or protocol is refused");
      case RejectedExecutionException e ->
          connection("too many requests wait for a connection to " + host);
      case HttpResponseException e -> protocol(host);
      case HttpException e -> protocol(host);
      case TimeoutException e ->
          requestSent
              ? timeout(host + " did not answer in time", true)
              : connection("cannot connect to " + host + " in time");
      case IOException e ->
          new UpstreamException(
              UpstreamFailure.of(
                  Kind.CONNECTION,
                  host + " closed the connection " + (headSeen ? "amid" : "before") + " its answer",
                  requestSent));
      default -> protocol(host);
    };
  }

  /** Whether a failure means that the peer had closed the connection. */
  static boolean closedByPeer(Throwable failure) {
    return failure instanceof IOException
        && !(failure instanceof ConnectException)
        && !(failure instanceof SSLException)
        && !(failure instanceof UnknownHostException)
        && !(failure instanceof SocketTimeoutException);
  }

  static UpstreamException timeout(String message, boolean billable) {
    return new UpstreamException(UpstreamFailure.of(Kind.TIMEOUT, message, billable));
  }

  static UpstreamException unreadableBody() {
    return new UpstreamException(
        UpstreamFailure.of(
            Kind.INVALID_REQUEST,
            "the request's body broke off, or was sent once and cannot be sent again",
            false));
  }

  static String host(URI uri) {
    return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }

  private static UpstreamException connection(String message) {
    return new UpstreamException(UpstreamFailure.of(Kind.CONNECTION, message, false));
  }

  private static UpstreamException protocol(String host) {
    return new UpstreamException(
        UpstreamFailure.of(Kind.PROTOCOL, host + " sent an answer that is not HTTP", true));
  }
}
