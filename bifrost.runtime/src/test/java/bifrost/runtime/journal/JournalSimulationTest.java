package bifrost.runtime.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.journal.Journal.Appended;
import bifrost.api.journal.JournalRecord;
import bifrost.api.journal.Writer;
import bifrost.runtime.journal.file.SimulatedDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random lives of a node: appends, commits, folds, drains, kills in the middle of any change to the
 * disk, power cuts, full disks, a store that fails before or after its commit. A failure prints its
 * seed.
 */
class JournalSimulationTest {
  /** More on demand: {@code -Dbifrost.seeds=10000}. */
  private static final int SEEDS = Integer.getInteger("bifrost.seeds", 40);

  @Test
  void killsAndOutagesLoseNothingAndCountNothingTwice() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      run(seed, false);
    }
  }

  @Test
  void powerCutsLoseNothingThatWasCommittedAndCountNothingTwice() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      run(1_000_000 + seed, true);
    }
  }

  private static void run(long seed, boolean powerCuts) {
    Life life = new Life(seed, powerCuts);
    try {
      life.run();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  private static final class Life {
    private final Random random;
    private final boolean powerCuts;
    private final TestNode node;
    private final Map<Writer, Map<String, long[]>> counters = new HashMap<>();
    private final List<Long> uncertain = new ArrayList<>();
    private final List<Long> uncommitted = new ArrayList<>();
    private long certain;
    private long certainCost;
    private long number;
    private long counterValue;
    private long version;
    private long certainVersion;

    Life(long seed, boolean powerCuts) {
      this.random = new Random(seed);
      this.powerCuts = powerCuts;
      this.node = new TestNode(random.nextLong());
      long bound = random.nextBoolean() ? 48 << 10 : 1 << 20;
      node.with(TestNode.settings(2_100 + random.nextInt(8_000), bound, 32 << 10, true));
      node.start();
    }

    void run() {
      node.store.failureRate = random.nextInt(3) * 0.15;
      for (int step = 0; step < 120; step++) {
        if (random.nextInt(12) == 0) {
          node.disk.crashAfter(random.nextInt(60));
        }
        try {
          step();
        } catch (SimulatedDisk.Crash e) {
          restart();
        }
      }
      finish();
    }

    private void step() {
      switch (random.nextInt(14)) {
        case 0, 1, 2, 3, 4, 5 -> appendSome();
        case 6 -> commit();
        case 7 -> node.keep();
        case 8, 9 -> node.drain();
        case 10 -> node.store.away = random.nextInt(3) > 0;
        case 11 ->
            node.disk.capacity(
                random.nextBoolean() ? Long.MAX_VALUE : node.disk.used() + random.nextInt(20_000));
        case 12 -> {
          if (random.nextInt(3) == 0) {
            restart();
          }
        }
        default -> {
          if (random.nextInt(4) == 0) {
            node.disk.crashAfter(Long.MAX_VALUE);
            node.disk.capacity(Long.MAX_VALUE);
            node.journal.close(Duration.ofSeconds(1));
            settle();
            node.startAgain();
          }
        }
      }
    }

    private void appendSome() {
      for (int count = random.nextInt(60); count > 0; count--) {
        switch (random.nextInt(8)) {
          case 0 -> {
            String id = "budget-" + random.nextInt(3);
            long value = ++counterValue;
            long[] bounds =
                counters
                    .computeIfAbsent(node.writer(), key -> new HashMap<>())
                    .computeIfAbsent(id, key -> new long[3]);
            bounds[2] = value;
            if (append(Records.counter(id, value))) {
              bounds[powerCuts ? 1 : 0] = value;
            }
          }
          case 1 -> {
            if (append(Records.change("team", ++version)) && !powerCuts) {
              certainVersion = version;
            }
          }
          case 2 -> node.journal.append(Records.payload(number, random.nextInt(900)));
          default -> {
            long id = ++number;
            uncertain.add(id);
            if (append(Records.log(id))) {
              uncertain.removeLast();
              (powerCuts ? uncommitted : new ArrayList<Long>()).add(id);
              if (!powerCuts) {
                count(id);
              }
            }
          }
        }
      }
    }

    private boolean append(JournalRecord record) {
      return node.journal.append(record) == Appended.KEPT;
    }

    private void count(long id) {
      certain++;
      certainCost += Records.log(id).costNanos();
    }

    private void commit() {
      node.journal.commit();
      settle();
    }

    private void settle() {
      uncommitted.forEach(this::count);
      uncommitted.clear();
      counters
          .getOrDefault(node.writer(), Map.of())
          .values()
          .forEach(bounds -> bounds[0] = Math.max(bounds[0], bounds[1]));
    }

    private void restart() {
      node.disk.crashAfter(Long.MAX_VALUE);
      node.disk.capacity(Long.MAX_VALUE);
      if (powerCuts) {
        node.disk.cutPower();
        uncertain.addAll(uncommitted);
        uncommitted.clear();
      }
      node.start();
    }

    private void finish() {
      node.disk.crashAfter(Long.MAX_VALUE);
      node.disk.capacity(Long.MAX_VALUE);
      node.store.away = false;
      node.store.failureRate = 0;
      for (int i = 0; i < 3; i++) {
        node.keep();
      }
      node.drainAll();
      node.keep();
      if (powerCuts) {
        commit();
      }
      long requests = node.store.requests();
      long most = certain + uncertain.size();
      assertTrue(
          requests >= certain && requests <= most,
          "stored " + requests + " of " + certain + " to " + most);
      long uncertainCost = uncertain.stream().mapToLong(id -> Records.log(id).costNanos()).sum();
      assertTrue(
          node.store.cost() >= certainCost && node.store.cost() <= certainCost + uncertainCost,
          "cost " + node.store.cost() + " of " + certainCost);
      counters.forEach(
          (writer, byId) ->
              byId.forEach(
                  (id, bounds) -> {
                    long stored = node.store.counter(writer, id);
                    assertTrue(
                        stored >= bounds[0] && stored <= bounds[2],
                        id + " of " + writer + " is " + stored + " not from " + bounds[0]);
                  }));
      assertTrue(node.store.version("team").time() >= certainVersion, "configuration is lost");
      if (!powerCuts) {
        assertEquals(0, node.lost());
      }
    }
  }
}
