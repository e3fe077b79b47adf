package bifrost.sync.replication.engine;

import java.time.Duration;
import java.util.Set;

/**
 * Who the node is and how the engine works.
 *
 * @param node its node id
 * @param epoch which of its lives
 * @param region its region
 * @param cluster the name that all nodes share; empty when none is set
 * @param product the product's version
 * @param capabilities what it can do
 * @param mesh whether every node keeps a link to every other, regions regardless
 * @param relays how many nodes of each region keep links to other regions
 * @param times the times of the engine
 */
public record EngineSettings(
    String node,
    long epoch,
    String region,
    String cluster,
    String product,
    Set<String> capabilities,
    boolean mesh,
    int relays,
    Times times) {
  /** Sends and takes {@code Progress}. */
  public static final String PROGRESS = "progress:v1";

  /** Answers digests with buckets. */
  public static final String COMPARE = "compare:v1";

  /** Sends and takes {@code Refusals}. */
  public static final String REFUSALS = "refusals:v1";

  /** What this release can do. */
  public static final Set<String> CAPABILITIES = Set.of(PROGRESS, COMPARE, REFUSALS);

  /** Copies the set. */
  public EngineSettings {
    capabilities = Set.copyOf(capabilities);
  }

  /**
   * The times of the engine.
   *
   * @param flush how often new values are looked for and sent
   * @param heartbeat how often each side of a link says that it lives
   * @param silence after how long without a message a link is given up
   * @param probe how often the canary counter is raised
   * @param sweep how often what is there is compared with a peer
   * @param alarm after how long without a confirmed canary a member counts as silent
   * @param leastRetry how long to wait before the second dial
   * @param mostRetry how long to wait between dials at most
   * @param grace how long the node with the greater id waits for the other to dial
   */
  public record Times(
      Duration flush,
      Duration heartbeat,
      Duration silence,
      Duration probe,
      Duration sweep,
      Duration alarm,
      Duration leastRetry,
      Duration mostRetry,
      Duration grace) {
    /** Those of the product. */
    public static final Times DEFAULT =
        new Times(
            Duration.ofMillis(50),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMillis(250),
            Duration.ofSeconds(3),
            Duration.ofSeconds(3));

    /** The same with another alarm. */
    public Times withAlarm(Duration other) {
      return new Times(
          flush, heartbeat, silence, probe, sweep, other, leastRetry, mostRetry, grace);
    }
  }
}
