package bifrost.it.database;

import bifrost.it.database.OpenLoad.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Requests with the database in each of its states, in turns. Each slice begins with a database
 * that has everything, so that none pays for what another one left behind; the order changes from
 * round to round. The local database is measured twice in a round: what these two differ by is what
 * the measurement itself is worth.
 */
final class StateRounds {
  private static final String BASE = State.LOCAL.label;

  private final Plan plan;
  private final Setup setup;

  StateRounds(Plan plan, Setup setup) {
    this.plan = plan;
    this.setup = setup;
  }

  private interface Switch {
    void flip(Setup setup) throws IOException;
  }

  private enum State {
    LOCAL("local", Setup::near),
    FAR("200 ms away", Setup::far),
    STOPPED("stopped", Setup::stopped),
    BLACKHOLED("blackholed", Setup::blackholed),
    CONTROL("local, again", Setup::near);

    private final String label;
    private final Switch flip;

    State(String label, Switch flip) {
      this.label = label;
      this.flip = flip;
    }
  }

  void run(BenchReport report) throws IOException, InterruptedException {
    warmUp();
    Rounds rounds = new Rounds();
    List<State> order = new ArrayList<>(List.of(State.values()));
    long end = System.nanoTime() + plan.stateNanos();
    for (int round = 0; round < plan.rounds() && (round < 2 || System.nanoTime() < end); round++) {
      for (State state : order) {
        Result result = slice(state);
        rounds.add(state.label, result);
        System.out.printf(
            "round %d, %-12s p50 %6.0f us p99 %7.0f us failed %d%n",
            round + 1, state.label, result.percentile(50), result.percentile(99), result.failed());
      }
      Collections.rotate(order, 1 + round % 2);
    }
    String settled = setup.requireAllSettled();
    report.line(
        "%,d requests a second, open loop, %.0f s a slice; in brackets the middle half of the rounds.",
        plan.rate(), plan.seconds());
    report.line("");
    report.head("database", BASE);
    for (State state : State.values()) {
      report.row(rounds, state.label, BASE);
    }
    report.line("");
    report.line("Stored as settled: %s.", settled);
    report.line("");
    int failed = 0;
    for (State state : State.values()) {
      if (state != State.LOCAL && state != State.CONTROL) {
        report.judge(rounds, state.label, BASE);
      }
      failed += rounds.all(state.label).failed();
    }
    report.verdict(
        failed == 0, "failed requests: %d %s".formatted(failed, setup.load().failures()));
  }

  /** Everything once, so that what is measured has been compiled. */
  private void warmUp() throws IOException, InterruptedException {
    setup.load().burst(32, plan.warmUp());
    for (State state : State.values()) {
      slice(state);
    }
  }

  private Result slice(State state) throws IOException, InterruptedException {
    setup.near();
    setup.awaitDrained();
    state.flip.flip(setup);
    setup.load().atRate(plan.rate(), 1); // the change itself shows in the next requests
    return setup.load().atRate(plan.rate(), plan.seconds());
  }
}
