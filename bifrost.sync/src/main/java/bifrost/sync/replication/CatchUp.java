package bifrost.sync.replication;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Holds a node out of service after its start until it has what the others have, so that a lagging
 * replica brings no revoked key back. Bounded: peers that do not answer keep nobody out for long.
 */
final class CatchUp {
  private static final Duration STARTING = Duration.ofSeconds(15);
  private static final Duration MOST = Duration.ofSeconds(10);
  private static final Duration ALONE = Duration.ofSeconds(2);

  private final LongSupplier nanos;
  private final BooleanSupplier caughtUp;
  private final BooleanSupplier hasPeers;
  private final long startedNanos;
  private volatile boolean over;

  /**
   * A wait that begins now.
   *
   * @param uptime how long the node runs; one that was in service already is not held
   * @param nanos a monotone clock
   * @param caughtUp whether the node has what some peer has
   * @param hasPeers whether there are other members
   */
  CatchUp(Duration uptime, LongSupplier nanos, BooleanSupplier caughtUp, BooleanSupplier hasPeers) {
    this.nanos = nanos;
    this.caughtUp = caughtUp;
    this.hasPeers = hasPeers;
    this.startedNanos = nanos.getAsLong();
    this.over = uptime.compareTo(STARTING) > 0;
  }

  /** What is missing, for {@code /ready}. */
  Optional<String> missing() {
    if (over) {
      return Optional.empty();
    }
    long waited = nanos.getAsLong() - startedNanos;
    boolean peers = hasPeers.getAsBoolean();
    if (caughtUp.getAsBoolean()
        || waited > MOST.toNanos()
        || (!peers && waited > ALONE.toNanos())) {
      over = true;
      return Optional.empty();
    }
    return Optional.of(
        peers
            ? "the configuration is being compared with that of the other members"
            : "other members are being looked for");
  }
}
