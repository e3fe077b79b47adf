package bifrost.sync.membership.protocol;

import java.time.Duration;

/**
 * The times and counts of the protocol. {@code docs/membership.md} has the reason for each value.
 *
 * @param probeInterval how often a node probes another one
 * @param ackTimeout how long it waits for the direct answer before it asks others to help
 * @param probeTimeout when a probe has failed; may be longer than the interval, probes then overlap
 * @param indirectChecks how many others it asks
 * @param awarenessMax by how much a node that is itself in trouble stretches its times; 1 is never
 * @param buddy whether a suspect is told of the suspicion with the next ping
 * @param suspicionMult the shortest suspicion, in probe intervals, times log10 of the members
 * @param suspicionMaxMult the longest suspicion, in shortest ones
 * @param confirmations how many others must suspect too to get from the longest to the shortest
 * @param gossipInterval how often news is spread
 * @param gossipNodes to how many members each time
 * @param gossipToDead for how long news is also sent to a dead member, which lets it refute
 * @param retransmitMult how often news is sent, times log10 of the members
 * @param pushPullInterval how often everything is exchanged with one member
 * @param streamTimeout the time for one such exchange
 * @param reclaimAfter after how long dead a name may be taken by another address
 * @param reapAfter after how long a dead member is forgotten
 * @param rejoinMin the first pause between attempts to reach lost members and seeds
 * @param rejoinMax the longest pause
 * @param packetBytes the longest packet that is sent
 */
public record Profile(
    Duration probeInterval,
    Duration ackTimeout,
    Duration probeTimeout,
    int indirectChecks,
    int awarenessMax,
    boolean buddy,
    double suspicionMult,
    int suspicionMaxMult,
    int confirmations,
    Duration gossipInterval,
    int gossipNodes,
    Duration gossipToDead,
    int retransmitMult,
    Duration pushPullInterval,
    Duration streamTimeout,
    Duration reclaimAfter,
    Duration reapAfter,
    Duration rejoinMin,
    Duration rejoinMax,
    int packetBytes) {
  /**
   * One data centre: round trips of a few milliseconds. The library's values but for
   * retransmission.
   */
  public static final Profile LAN =
      new Profile(
          Duration.ofSeconds(1),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          3,
          8,
          true,
          4,
          6,
          2,
          Duration.ofMillis(200),
          3,
          Duration.ofSeconds(30),
          8,
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMinutes(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(15),
          1_400);

  /** Regions far apart: round trips up to 300 ms, and a dead node known to all within 10 s. */
  public static final Profile WAN =
      new Profile(
          Duration.ofMillis(500),
          Duration.ofMillis(600),
          Duration.ofMillis(1_800),
          3,
          8,
          true,
          10,
          3,
          2,
          Duration.ofMillis(200),
          4,
          Duration.ofSeconds(60),
          8,
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(15),
          1_400);
}
