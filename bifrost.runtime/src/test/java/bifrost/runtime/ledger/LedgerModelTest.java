package bifrost.runtime.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bifrost.api.journal.CounterValue;
import bifrost.api.journal.Writer;
import bifrost.api.ledger.Counter;
import bifrost.api.ledger.Ledger;
import bifrost.api.ledger.Slot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Random histories of a few nodes against a specification of one map: the journalled additions of
 * each writer. Messages are lost, doubled and reordered; nodes crash, come back with the next epoch
 * and read the store and what peers tell them. After each history everything is exchanged once, and
 * every node must agree with the map.
 */
class LedgerModelTest {
  private static final long NOW = 1_000_000_000_000L;
  private static final long HOUR = 3_600_000;
  private static final String[] COUNTERS = {"a", "b", "c"};

  @Test
  void everyOrderOfMergesCrashesAndDuplicatesConvergesToTheSum() {
    long first = Long.getLong("bifrost.seed", System.nanoTime());
    int histories = Long.getLong("bifrost.seed") == null ? 300 : 1;
    for (int i = 0; i < histories; i++) {
      long seed = first + i;
      try {
        new History(seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("failed with -Dbifrost.seed=" + seed, e);
      }
    }
  }

  private static final class History {
    private final Random random;
    private final int nodes;
    private final MemoryLedger[] ledgers;
    private final long[] epochs;
    private final long[][] positions;
    private final Map<String, Long> expected = new TreeMap<>();
    private final Map<Slot, Long> store = new HashMap<>();
    private final List<Message> wire = new ArrayList<>();

    History(long seed) {
      random = new Random(seed);
      nodes = 1 + random.nextInt(5);
      ledgers = new MemoryLedger[nodes];
      epochs = new long[nodes];
      positions = new long[nodes][nodes];
      for (int node = 0; node < nodes; node++) {
        start(node);
      }
    }

    void run() {
      for (int step = 0; step < 200; step++) {
        switch (random.nextInt(10)) {
          case 0, 1, 2, 3 -> add();
          case 4 -> holdAndEnd();
          case 5, 6 -> send();
          case 7, 8 -> deliver();
          default -> {
            if (random.nextInt(5) == 0) {
              start(random.nextInt(nodes));
            }
          }
        }
      }
      repair();
      for (MemoryLedger ledger : ledgers) {
        for (String counter : COUNTERS) {
          assertEquals(expected.getOrDefault(counter, 0L), ledger.total(counter, NOW), counter);
          assertEquals(0, ledger.open(counter, NOW, NOW + HOUR).held(), "held of " + counter);
        }
        assertEquals(ledgers[0].digest(), ledger.digest());
      }
    }

    /** The journal has what was added before anyone is told, so a crash loses nothing of it. */
    private void add() {
      int node = random.nextInt(nodes);
      String name = COUNTERS[random.nextInt(COUNTERS.length)];
      Counter counter = ledgers[node].open(name, NOW, NOW + HOUR);
      long amount = random.nextInt(1_000);
      counter.add(amount);
      ledgers[node].persist(List.of(counter));
      expected.merge(name, amount, Long::sum);
    }

    private void holdAndEnd() {
      int node = random.nextInt(nodes);
      String name = COUNTERS[random.nextInt(COUNTERS.length)];
      Counter counter = ledgers[node].open(name, NOW, NOW + HOUR);
      long hold = random.nextInt(1_000);
      long before = counter.total();
      boolean held = counter.hold(hold, before + 500);
      assertEquals(hold <= 500, held);
      if (held && random.nextBoolean()) {
        long amount = random.nextInt(1_000);
        counter.settle(hold, amount);
        ledgers[node].persist(List.of(counter));
        expected.merge(name, amount, Long::sum);
      } else if (held) {
        counter.release(hold);
      }
    }

    private void send() {
      int from = random.nextInt(nodes);
      int to = random.nextInt(nodes);
      Ledger.Changes changes = ledgers[from].changedSince(positions[from][to], 2);
      positions[from][to] = random.nextInt(10) == 0 ? 0 : changes.position();
      wire.add(new Message(to, changes.slots()));
      if (random.nextInt(4) == 0) {
        wire.add(wire.getLast());
      }
      if (random.nextInt(4) == 0) {
        wire.remove(random.nextInt(wire.size()));
      }
    }

    private void deliver() {
      if (!wire.isEmpty()) {
        Message message = wire.remove(random.nextInt(wire.size()));
        List<Slot> slots = new ArrayList<>(message.slots());
        Collections.shuffle(slots, random);
        ledgers[message.to()].merge(slots);
      }
    }

    /** A start, or a crash and a start: memory is gone, the epoch is new, the store is read. */
    private void start(int node) {
      epochs[node]++;
      Writer writer = new Writer("n" + node, epochs[node]);
      ledgers[node] =
          new MemoryLedger(
              writer,
              () -> Instant.ofEpochMilli(NOW + 1),
              1_000,
              values -> values.values().forEach(value -> raise(writer, value)));
      for (int other = 0; other < nodes; other++) {
        positions[node][other] = 0;
      }
      ledgers[node].merge(stored());
    }

    private void raise(Writer writer, CounterValue value) {
      Slot key =
          new Slot(
              value.counter(),
              value.windowMillis(),
              value.endMillis(),
              writer.node(),
              writer.epoch(),
              0);
      store.merge(key, value.value(), Math::max);
    }

    private List<Slot> stored() {
      List<Slot> slots = new ArrayList<>();
      store.forEach(
          (key, value) ->
              slots.add(
                  new Slot(
                      key.counter(),
                      key.windowMillis(),
                      key.endMillis(),
                      key.node(),
                      key.epoch(),
                      value)));
      Collections.shuffle(slots, random);
      return slots;
    }

    /** Anti-entropy: only the buckets that differ are exchanged. */
    private void repair() {
      for (int round = 0; round < 2; round++) {
        for (MemoryLedger a : ledgers) {
          for (MemoryLedger b : ledgers) {
            List<Long> here = a.digest().buckets();
            List<Long> there = b.digest().buckets();
            for (int bucket = 0; bucket < Ledger.BUCKETS; bucket++) {
              if (!here.get(bucket).equals(there.get(bucket))) {
                b.merge(a.bucket(bucket));
                a.merge(b.bucket(bucket));
              }
            }
          }
        }
      }
      ledgers[0].merge(stored());
      for (MemoryLedger ledger : ledgers) {
        ledger.merge(ledgers[0].changedSince(0, 10_000).slots());
      }
    }
  }

  private record Message(int to, List<Slot> slots) {}
}
