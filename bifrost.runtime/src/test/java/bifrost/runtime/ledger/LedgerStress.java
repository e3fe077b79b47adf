package bifrost.runtime.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.journal.Writer;
import bifrost.api.ledger.Counter;
import bifrost.api.ledger.Ledger;
import bifrost.api.ledger.Slot;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LedgerStress {
  private static final long NOW = 1_000_000_000_000L;
  private static final long HOUR = 3_600_000;

  private final MemoryLedger ledger =
      new MemoryLedger(
          new Writer("n1", 1), () -> Instant.ofEpochMilli(NOW + 1), 1_000, values -> {});

  @Test
  void holdsNeverPassTheLimitAndEndAtZero() throws Exception {
    Counter counter = ledger.open("b", NOW, NOW + HOUR);
    long limit = 100_000;
    AtomicLong inside = new AtomicLong();
    AtomicLong settled = new AtomicLong();
    run(
        8,
        worker -> {
          SplittableRandom random = new SplittableRandom(worker);
          for (int i = 0; i < 20_000; i++) {
            long amount = 1 + random.nextInt(20_000);
            if (counter.hold(amount, limit)) {
              long held = inside.addAndGet(amount);
              assertTrue(held <= limit, () -> "held " + held);
              inside.addAndGet(-amount);
              if (random.nextInt(2_000) == 0) {
                counter.settle(amount, 1);
                settled.incrementAndGet();
              } else {
                counter.release(amount);
              }
            }
          }
        });
    assertEquals(0, counter.held());
    assertEquals(settled.get(), counter.total());
  }

  /** A node with a share holds up to it on top of what others have added, while that grows. */
  @Test
  void holdsStayWithinAShareWhileTheSlotsOfOthersGrow() throws Exception {
    Counter counter = ledger.open("b", NOW, NOW + HOUR);
    long share = 2_000;
    AtomicLong held = new AtomicLong();
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService merger = Executors.newSingleThreadExecutor()) {
      Future<?> merging =
          merger.submit(
              () -> {
                for (long value = 1; !done.get(); value++) {
                  ledger.merge(
                      List.of(new Slot("b", NOW, NOW + HOUR, "n" + (2 + value % 3), 1, value)));
                }
              });
      run(
          4,
          worker -> {
            for (int i = 0; i < 50_000; i++) {
              if (counter.hold(1, share + counter.totalOfOthers())) {
                held.incrementAndGet();
              }
            }
          });
      done.set(true);
      merging.get();
    }
    assertTrue(held.get() <= share, "held " + held.get());
    assertTrue(counter.hold(share - held.get(), share + counter.totalOfOthers()));
    assertEquals(counter.total(), counter.totalOfOthers());
  }

  @Test
  void aReaderOfChangesMissesNothing() throws Exception {
    Map<String, Long> seen = new HashMap<>();
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService reader = Executors.newSingleThreadExecutor()) {
      Future<?> reading =
          reader.submit(
              () -> {
                long position = 0;
                boolean last;
                do {
                  last = done.get();
                  Ledger.Changes changes = ledger.changedSince(position, 3);
                  position = changes.position();
                  for (Slot slot : changes.slots()) {
                    seen.merge(slot.counter() + slot.node(), slot.value(), Math::max);
                  }
                  last &= !changes.more();
                } while (!last);
              });
      run(
          4,
          worker -> {
            SplittableRandom random = new SplittableRandom(worker);
            for (int i = 0; i < 20_000; i++) {
              String name = "c" + random.nextInt(5);
              if (random.nextInt(4) == 0) {
                ledger.merge(
                    List.of(new Slot(name, NOW, NOW + HOUR, "n2", 1, 1 + random.nextInt(1_000))));
              } else {
                ledger.open(name, NOW, NOW + HOUR).add(1);
              }
            }
          });
      done.set(true);
      reading.get();
    }
    for (int i = 0; i < 5; i++) {
      for (Slot slot : ledger.slots("c" + i, NOW)) {
        assertEquals(slot.value(), seen.get(slot.counter() + slot.node()));
      }
      assertEquals(0, ledger.open("c" + i, NOW, NOW + HOUR).held());
    }
  }

  private static void run(int workers, java.util.function.IntConsumer work) throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(workers)) {
      List<Callable<Void>> tasks =
          IntStream.range(0, workers)
              .<Callable<Void>>mapToObj(
                  worker ->
                      () -> {
                        work.accept(worker);
                        return null;
                      })
              .toList();
      for (Future<Void> future : executor.invokeAll(tasks)) {
        future.get();
      }
    }
  }
}
