package bifrost.governance.admission;

import static bifrost.governance.Fixture.DOLLAR;
import static bifrost.governance.Fixture.chat;
import static bifrost.governance.Fixture.key;
import static bifrost.governance.Fixture.price;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.governance.Admission;
import bifrost.api.governance.AttemptAdmission;
import bifrost.api.governance.Settlement;
import bifrost.api.model.Usage;
import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ModelFilter;
import bifrost.api.snapshot.Team;
import bifrost.governance.Fixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Many requests at once against little money. A token costs 1,000 billionths of a dollar. */
class BudgetStress {
  private static final long TOKEN = 1_000;

  /**
   * Every request uses 100 tokens in and 100 out, whatever limit it was given, and all are admitted
   * before the first one ends: the worst case for whoever looks at settled cost only.
   */
  @ParameterizedTest
  @CsvSource({"SOFT, 100", "HARD, 100", "SOFT, 1000", "HARD, 0"})
  void twoHundredRequestsAtOnceNeverSettleMoreThanABudgetWorthTwenty(
      Budget.Kind kind, long maxTokens) throws Exception {
    long worth = 20 * 200 * TOKEN;
    Limits limits = new Limits(List.of(Fixture.monthly("b1", worth, kind)), List.of(), false);
    Fixture fixture = new Fixture(key(limits), price("m"));
    CountDownLatch attempted = new CountDownLatch(200);
    AtomicInteger served = new AtomicInteger();
    run(
        200,
        request -> {
          Admission admission =
              fixture.admissions.admit(
                  chat(Optional.of(Fixture.SECRET), "openai/m", 100, maxTokens),
                  fixture.snapshot());
          Optional<AttemptAdmission.Held> held = Optional.empty();
          if (admission instanceof Admission.Granted granted
              && Fixture.attempt(granted.reservation(), "openai", "m")
                  instanceof AttemptAdmission.Held some) {
            held = Optional.of(some);
          }
          attempted.countDown();
          attempted.await();
          if (held.isPresent()) {
            served.incrementAndGet();
            held.get().hold().charge(Usage.ofTokens(100, 100), true);
          }
          if (admission instanceof Admission.Granted granted) {
            granted.reservation().settle(new Settlement(Settlement.Exit.SUCCESS, 0));
          }
          return null;
        });
    assertEquals(served.get() * 200 * TOKEN, fixture.settled("b1"));
    assertTrue(fixture.settled("b1") <= worth, "settled " + fixture.settled("b1"));
    assertTrue(served.get() >= 1);
    if (maxTokens == 100) {
      assertEquals(20, served.get());
    }
    assertEquals(0, fixture.held("b1"));
  }

  /**
   * Sixteen threads of agents share four levels; each answer has a random length, cut at the limit
   * that the governor gave. At no level may more be settled than the limit says.
   */
  @ParameterizedTest
  @EnumSource(Budget.Kind.class)
  void noLevelIsEverOverspentByUpstreamsThatKeepTheirLimit(Budget.Kind kind) throws Exception {
    long seed = System.nanoTime();
    List<Long> worth = List.of(40 * DOLLAR / 1_000, 35 * DOLLAR / 1_000, 30 * DOLLAR / 1_000);
    Limits[] limits = new Limits[3];
    for (int i = 0; i < 3; i++) {
      limits[i] =
          new Limits(List.of(Fixture.monthly("b" + i, worth.get(i), kind)), List.of(), false);
    }
    Fixture fixture =
        new Fixture(
            key(
                "vk-1",
                Fixture.SECRET,
                limits[0],
                Optional.of("t"),
                Optional.empty(),
                Fixture.grant("openai", 1, ModelFilter.ALL, limits[2])),
            new Team("t", "t", Optional.of("c"), limits[1]),
            new Customer("c", "c", Fixture.budget("b3", DOLLAR)),
            price("m"));
    run(
        16,
        worker -> {
          SplittableRandom random = new SplittableRandom(seed + worker);
          for (int i = 0; i < 200; i++) {
            if (fixture.admissions.admit(chat("openai/m", 2_000), fixture.snapshot())
                instanceof Admission.Granted granted) {
              if (Fixture.attempt(granted.reservation(), "openai", "m")
                  instanceof AttemptAdmission.Held held) {
                Thread.yield();
                long length = (long) Math.min(2_000, -200 * Math.log(random.nextDouble()));
                long output = Math.min(length, held.maxOutputTokens().orElse(Long.MAX_VALUE));
                held.hold().charge(Usage.ofTokens(250, output), true);
              }
              granted.reservation().settle(new Settlement(Settlement.Exit.SUCCESS, 0));
            }
          }
          return null;
        });
    for (int i = 0; i < 3; i++) {
      assertTrue(fixture.settled("b" + i) <= worth.get(i), "seed " + seed + ", level " + i);
      assertEquals(fixture.settled("b0"), fixture.settled("b" + i));
      assertEquals(0, fixture.held("b" + i));
    }
    assertTrue(fixture.settled("b2") >= worth.get(2) * 95 / 100, "seed " + seed);
    assertEquals(0, fixture.admissions.counts().openReservations());
    assertEquals(0, fixture.admissions.counts().openHolds());
  }

  private interface Work {
    Void run(int number) throws Exception;
  }

  private static void run(int threads, Work work) throws Exception {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        tasks.add(() -> work.run(number));
      }
      for (Future<Void> future : executor.invokeAll(tasks)) {
        future.get();
      }
    }
  }
}
