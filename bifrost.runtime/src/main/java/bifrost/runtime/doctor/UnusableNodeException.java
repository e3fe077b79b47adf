package bifrost.runtime.doctor;

/** The node that was to be asked cannot be: the command ends with a status of its own. */
final class UnusableNodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  UnusableNodeException(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
