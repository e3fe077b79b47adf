package bifrost.discovery.consul;

import java.math.BigInteger;

/** Which index the next blocking query has. */
final class BlockingIndex {
  private BlockingIndex() {}

  /**
   * The index that was answered; zero, which does not wait, when it went back or is none: the
   * servers were restored or replaced.
   */
  static BigInteger next(BigInteger asked, BigInteger answered) {
    boolean isUsable = answered != null && answered.signum() > 0;
    return isUsable && answered.compareTo(asked) >= 0 ? answered : BigInteger.ZERO;
  }
}
