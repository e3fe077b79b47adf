package bifrost.providers.http.client;

import bifrost.providers.http.UpstreamException;

/** A pooled connection was closed before anything arrived, and the request can be sent again. */
final class StaleConnectionException extends Exception {
  private static final long serialVersionUID = 1L;

  StaleConnectionException(UpstreamException cause) {
    super(cause.getMessage(), cause, false, false);
  }
}
