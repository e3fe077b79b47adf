package bifrost.discovery.consul;

import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryFailure.Reason;

/** An agent did not do what was asked. The message is one line for an operator, without secrets. */
final class ConsulFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final boolean another;

  /**
   * What failed.
   *
   * @param another whether another agent may do better
   */
  ConsulFailedException(Reason reason, String message, boolean another) {
    super(message);
    this.reason = reason;
    this.another = another;
  }

  /** What is told of it. */
  DiscoveryFailure failure() {
    return new DiscoveryFailure(reason, getMessage());
  }

  boolean isWorthAnother() {
    return another;
  }
}
