package bifrost.discovery.consul;

/** An agent did not do what was asked. The message is one line for an operator, without secrets. */
final class ConsulFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean another;

  /**
   * What failed.
   *
   * @param another whether another agent may do better
   */
  ConsulFailedException(String message, boolean another) {
    super(message);
    this.another = another;
  }

  boolean isWorthAnother() {
    return another;
  }
}
