package bifrost.governance.admission;

import bifrost.api.ledger.Counter;
import bifrost.governance.limit.BudgetMeter;
import bifrost.governance.limit.Meter.Reading;
import java.util.Arrays;
import java.util.List;

/**
 * Holds one amount at every budget of an attempt, all or nothing.
 *
 * <p>What is held is a true ceiling: where it is less than the caller's own, the output is limited
 * to what it pays for. How much that is follows from what is free, and from how many attempts share
 * it:
 *
 * <ul>
 *   <li>the whole ceiling, as long as it is at most this attempt's part of half of what is free, so
 *       that attempts that run side by side leave room for each other and for newcomers;
 *   <li>else that part, but no less than what such an attempt is expected to cost;
 *   <li>the rest, for an attempt that runs alone, if it is enough for what such an attempt is
 *       expected to cost;
 *   <li>else a refusal.
 * </ul>
 */
final class BudgetHolds {
  /** Output tokens that are expected before anything is known. */
  static final long FIRST_EXPECTED_OUTPUT = 1_024;

  /** With fewer output tokens than this nobody starts of whom nothing is known. */
  static final long LEAST_OUTPUT = 16;

  /** Others may take what was free between looking and holding; then it is looked at again. */
  private static final int TRIES = 32;

  private BudgetHolds() {}

  /** What became of it. */
  sealed interface Held {
    /**
     * It is held at every budget.
     *
     * @param amount how much at each
     * @param outputTokens how many output tokens of each choice that pays for
     */
    record All(long amount, long outputTokens) implements Held {}

    /**
     * Nothing is held.
     *
     * @param budget the budget that has too little
     * @param needed the least that the attempt needs
     */
    record None(Reading budget, long needed) implements Held {}
  }

  /** Holds, or says which budget has too little. */
  static Held hold(List<Budgeted> budgets, Ceiling ceiling, Expectation expectation) {
    long whole = ceiling.whole();
    long least = ceiling.limitable() ? ceiling.amount(expected(expectation)) : whole;
    Budgeted tightest = budgets.getFirst();
    for (int attempt = 0; attempt < TRIES; attempt++) {
      long amount = whole;
      long free = Long.MAX_VALUE;
      for (Budgeted budget : budgets) {
        long here = budget.reading().free();
        if (here < free) {
          free = here;
          tightest = budget;
        }
        if (ceiling.limitable()) {
          long part = here / (2L * budget.meter().concurrency().withOneMore());
          amount = Math.min(amount, Math.max(least, part));
        }
      }
      if (amount > free && ceiling.limitable() && tightest.counter().held() == 0) {
        least = ceiling.amount(least(expectation));
        amount = Math.max(least, Math.min(free, whole));
      }
      if (amount > free || free <= 0) {
        return new Held.None(tightest.reading(), least);
      }
      long tokens = ceiling.maxOutputTokens();
      if (ceiling.limitable()) {
        tokens = ceiling.tokens(amount);
        amount = ceiling.amount(tokens);
      }
      if (holdAll(budgets, amount)) {
        return new Held.All(amount, tokens);
      }
    }
    return new Held.None(tightest.reading(), least);
  }

  private static long expected(Expectation expectation) {
    return expectation.unknown() ? FIRST_EXPECTED_OUTPUT : Math.max(1, expectation.outputTokens());
  }

  /** The fewest output tokens with which an attempt that runs alone may start. */
  private static long least(Expectation expectation) {
    return expectation.unknown() ? LEAST_OUTPUT : expected(expectation);
  }

  private static boolean holdAll(List<Budgeted> budgets, long amount) {
    for (int i = 0; i < budgets.size(); i++) {
      Budgeted budget = budgets.get(i);
      if (!budget.reading().hold(amount)) {
        while (--i >= 0) {
          budgets.get(i).counter().release(amount);
        }
        return false;
      }
    }
    for (Budgeted budget : budgets) {
      budget.meter().concurrency().start();
    }
    return true;
  }

  /**
   * A budget in the window that an attempt falls into.
   *
   * @param meter the budget
   * @param reading its window
   */
  record Budgeted(BudgetMeter meter, Reading reading) {
    Counter counter() {
      return reading.counter();
    }

    /** Ends what {@link BudgetHolds#hold} held, and adds what it came to. */
    void settle(long held, long amount) {
      counter().settle(held, amount);
      meter.concurrency().end();
    }

    /** Ends what {@link BudgetHolds#hold} held. */
    void release(long held) {
      counter().release(held);
      meter.concurrency().end();
    }
  }

  /** The windows of budgets at a time. */
  static List<Budgeted> read(List<BudgetMeter> meters, long now) {
    Budgeted[] budgets = new Budgeted[meters.size()];
    for (int i = 0; i < budgets.length; i++) {
      BudgetMeter meter = meters.get(i);
      budgets[i] = new Budgeted(meter, meter.at(now));
    }
    return Arrays.asList(budgets);
  }
}
