package bifrost.it.database;

/**
 * How much is measured.
 *
 * @param rate requests a second where the rate is fixed
 * @param seconds how long a slice is
 * @param warmUp requests before anything is measured
 * @param rounds how often each state of the database is measured at most
 * @param stateNanos after which time no further round of the states begins
 * @param backlogs how often a journal is drained at most
 * @param backlogNanos after which time no further backlog begins
 * @param backlog requests that wait in the journal when it begins to drain
 * @param outage requests of the long outage
 */
record Plan(
    int rate,
    double seconds,
    int warmUp,
    int rounds,
    long stateNanos,
    int backlogs,
    long backlogNanos,
    int backlog,
    int outage) {
  private static final long SECOND = 1_000_000_000L;

  /** Six hours of 12 requests a second, in the last part; all of it in less than eight minutes. */
  static Plan whole() {
    return new Plan(1_000, 3, 60_000, 8, 195 * SECOND, 4, 70 * SECOND, 60_000, 6 * 3_600 * 12);
  }

  /** To see that it works. */
  static Plan quick() {
    return new Plan(500, 1, 2_000, 1, SECOND, 1, SECOND, 10_000, 40_000);
  }
}
