package bifrost.discovery.lan.kubernetes;

/** The API server did not do what was asked. The message is one line for an operator. */
final class ApiFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean gone;

  /**
   * What failed.
   *
   * @param gone whether the version that was asked for is too old: everything is to be listed again
   */
  ApiFailedException(String message, boolean gone) {
    super(message);
    this.gone = gone;
  }

  boolean isGone() {
    return gone;
  }
}
