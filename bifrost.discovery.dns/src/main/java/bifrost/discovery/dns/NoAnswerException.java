package bifrost.discovery.dns;

import bifrost.api.cluster.DiscoveryFailure.Reason;

/** No server gave a usable answer. The message says which servers were asked and what they said. */
final class NoAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  NoAnswerException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
