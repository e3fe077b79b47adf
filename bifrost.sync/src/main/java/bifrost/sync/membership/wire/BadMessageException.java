package bifrost.sync.membership.wire;

/** What a peer sent cannot be used. Caught where it is counted; carries no stack trace. */
public final class BadMessageException extends Exception {
  private static final long serialVersionUID = 1L;

  private final DropReason reason;

  /** With what is wrong, for a log at DEBUG. */
  public BadMessageException(DropReason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  /** Why it is dropped. */
  public DropReason reason() {
    return reason;
  }
}
