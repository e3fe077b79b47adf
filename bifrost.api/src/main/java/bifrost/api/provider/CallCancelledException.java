package bifrost.api.provider;

import bifrost.api.model.BifrostException;

/**
 * Nobody wants the answer any more: the client went away, the deadline passed, or the node stops.
 *
 * <p>Thrown by the core out of a {@link ResponseSink}, and by a provider that learns it from its
 * {@link Cancellation} while it waits; a provider lets it through after it has freed its upstream
 * connection.
 */
public final class CallCancelledException extends BifrostException {
  private static final long serialVersionUID = 1L;

  private final Cancellation.Reason reason;

  /** For a call that was cancelled for this reason. */
  public CallCancelledException(Cancellation.Reason reason) {
    super("call cancelled: " + reason);
    this.reason = reason;
  }

  /** Why. */
  public Cancellation.Reason reason() {
    return reason;
  }
}
