package bifrost.governance.admission;

import static bifrost.governance.Fixture.budget;
import static bifrost.governance.Fixture.chat;
import static bifrost.governance.Fixture.key;
import static bifrost.governance.Fixture.price;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.governance.Admission;
import bifrost.api.governance.AdmissionRequest;
import bifrost.api.governance.AttemptAdmission;
import bifrost.api.governance.Reservation;
import bifrost.api.governance.Settlement;
import bifrost.api.model.Usage;
import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.Limits;
import bifrost.governance.Fixture;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How much of a small budget can be spent before the first refusal, by agents whose ceiling is 20
 * times what they use on average. A token costs 1,000 billionths of a dollar.
 */
class UsabilityTest {
  private static final long TOKEN = 1_000;

  /**
   * Agents: 100 bytes of prompt that are 25 tokens, up to 7,900 tokens of answer, 375 on average:
   * mean 400, ceiling 8,000.
   *
   * @param worth the budget in mean requests
   * @param agents how many requests run at once
   */
  @ParameterizedTest
  @CsvSource({"25, 1", "100, 1", "200, 2", "200, 4", "400, 8", "1000, 16"})
  void atLeastNinetyFivePercentOfABudgetAreSpentBeforeTheFirstRefusal(int worth, int agents) {
    long first = Long.getLong("bifrost.seed", System.nanoTime());
    long limit = worth * 400 * TOKEN;
    double sum = 0;
    int rounds = 25;
    for (int round = 0; round < rounds; round++) {
      long seed = first + round;
      long spent = spend(new Random(seed), limit, agents);
      assertTrue(spent <= limit, "overspent, seed " + seed);
      sum += (double) spent / limit;
    }
    double usable = sum / rounds;
    System.out.printf(
        "budget of %d means, %d agents: %.1f %% usable%n", worth, agents, 100 * usable);
    assertTrue(usable >= 0.95, "usable " + usable + " from seed " + first);
  }

  /**
   * Short chats, each exactly the mean of 27 tokens: their prompt, 60 bytes and 9 tokens, cannot be
   * limited, and its bound has to fit to the last.
   */
  @ParameterizedTest
  @CsvSource({"40, SOFT", "40, HARD", "200, SOFT", "200, HARD"})
  void shortPromptsDoNotJamABudgetEither(int worth, Budget.Kind kind) {
    long limit = worth * 27 * TOKEN;
    Limits limits = new Limits(List.of(Fixture.monthly("b1", limit, kind)), List.of(), false);
    Fixture fixture = new Fixture(key(limits), price("m"));
    while (fixture
        .call(chat(Optional.of(Fixture.SECRET), "openai/m", 60, 500), Usage.ofTokens(9, 18))
        .isEmpty()) {
      assertTrue(fixture.settled("b1") <= limit);
    }
    assertTrue(fixture.settled("b1") * 100 >= limit * 95, "" + fixture.settled("b1"));
  }

  /** Nothing that was learned of a caller's prompts is taken on trust, however cheap they were. */
  @ParameterizedTest
  @EnumSource(Budget.Kind.class)
  void aPromptDenserThanEverBeforeDoesNotOverspendASoftOrHardBudget(Budget.Kind kind) {
    long limit = 40 * 27 * TOKEN;
    Limits limits = new Limits(List.of(Fixture.monthly("b1", limit, kind)), List.of(), false);
    Fixture fixture = new Fixture(key(limits), price("m"));
    AdmissionRequest request = chat(Optional.of(Fixture.SECRET), "openai/m", 137, 500);
    for (int i = 0; i < 34; i++) {
      fixture.call(request, Usage.ofTokens(9, 18));
    }
    for (int i = 0; i < 10; i++) {
      fixture.call(request, Usage.ofTokens(137, 18));
    }
    assertTrue(fixture.settled("b1") <= limit, "settled " + fixture.settled("b1"));
    assertTrue(fixture.settled("b1") >= 34 * 27 * TOKEN, "settled " + fixture.settled("b1"));
  }

  /**
   * An upstream that ignores limits of output does so once; then what the caller allows is held.
   */
  @Test
  void anUpstreamThatIgnoresALimitIsNotTrustedWithAnother() {
    long limit = 12_000 * TOKEN;
    Fixture fixture = new Fixture(key(budget("b1", limit)), price("m"));
    AdmissionRequest request = chat(Optional.of(Fixture.SECRET), "openai/m", 100, 8_000);
    for (int i = 0; i < 32; i++) {
      fixture.call(request, Usage.ofTokens(25, 50));
    }
    Reservation limited = fixture.admitted(request);
    AttemptAdmission.Held held = Fixture.held(limited, "openai", "m");
    long given = held.maxOutputTokens().orElseThrow();
    assertTrue(given < 7_000, "limited to " + given);
    held.hold().charge(Usage.ofTokens(25, 8_000), true);
    limited.settle(new Settlement(Settlement.Exit.SUCCESS, 0));

    while (fixture.call(request, Usage.ofTokens(25, 8_000)).isEmpty()) {
      assertTrue(fixture.settled("b1") <= limit, "settled " + fixture.settled("b1"));
    }
  }

  private static long spend(Random random, long limit, int agents) {
    Fixture fixture = new Fixture(key(budget("b1", limit)), price("m"));
    Queue<Running> running = new ArrayDeque<>();
    while (true) {
      if (running.size() == agents) {
        running.remove().end(random);
      }
      Admission admission =
          fixture.admissions.admit(
              chat(Optional.of(Fixture.SECRET), "openai/m", 100, 7_900), fixture.snapshot());
      if (!(admission instanceof Admission.Granted granted)) {
        break;
      }
      if (!(Fixture.attempt(granted.reservation(), "openai", "m")
          instanceof AttemptAdmission.Held held)) {
        break;
      }
      running.add(new Running(granted.reservation(), held));
    }
    for (Running last : running) {
      last.end(random);
    }
    return fixture.settled("b1");
  }

  private record Running(Reservation reservation, AttemptAdmission.Held held) {
    void end(Random random) {
      long length = (long) Math.min(7_900, -375 * Math.log(1 - random.nextDouble()));
      long output = Math.min(length, held.maxOutputTokens().orElse(Long.MAX_VALUE));
      long cost = held.hold().charge(Usage.ofTokens(25, output), true);
      reservation.settle(new Settlement(Settlement.Exit.SUCCESS, cost));
    }
  }
}
