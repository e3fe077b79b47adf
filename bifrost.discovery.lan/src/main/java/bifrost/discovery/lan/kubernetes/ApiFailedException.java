package bifrost.discovery.lan.kubernetes;

import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryFailure.Reason;

/** The API server did not do what was asked. The message is one line for an operator. */
final class ApiFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final boolean gone;

  /**
   * What failed.
   *
   * @param gone whether the version that was asked for is too old: everything is to be listed again
   */
  ApiFailedException(Reason reason, String message, boolean gone) {
    super(message);
    this.reason = reason;
    this.gone = gone;
  }

  /** What is told of it. */
  DiscoveryFailure failure() {
    return new DiscoveryFailure(reason, getMessage());
  }

  boolean isGone() {
    return gone;
  }
}
