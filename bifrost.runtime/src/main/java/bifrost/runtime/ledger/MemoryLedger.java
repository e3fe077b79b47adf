package bifrost.runtime.ledger;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;

import bifrost.api.journal.CounterValue;
import bifrost.api.journal.JournalRecord;
import bifrost.api.journal.Writer;
import bifrost.api.ledger.Counter;
import bifrost.api.ledger.Ledger;
import bifrost.api.ledger.Slot;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All counters of this node, in memory.
 *
 * <p>A window is forgotten some time after its end ({@link #retention}), once nothing is held in
 * it. Until then a clock that steps back, a peer that lags and a request that is late still find
 * it. Windows shorter than {@link #SHORTEST_KEPT} are not journalled: they are over before a
 * restart is.
 */
public final class MemoryLedger implements Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryLedger.class);

  static final long SHORTEST_KEPT = 30_000;
  private static final long LEAST_RETENTION = 60_000;
  private static final long MOST_RETENTION = 86_400_000;

  /** How far ahead of this node's clock the window of a slot may start. */
  private static final long MOST_AHEAD = 2 * 86_400_000L;

  private final Writer writer;
  private final InstantSource clock;
  private final int capacity;
  private final Consumer<JournalRecord.CounterValues> journal;
  private final ConcurrentMap<Key, MemoryCounter> counters = new ConcurrentHashMap<>();
  private final ChangeOrder order = new ChangeOrder();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicBoolean clashed = new AtomicBoolean();

  /**
   * An empty ledger.
   *
   * @param writer who this node is
   * @param clock tells which windows have ended
   * @param capacity the most counters that merging may make
   * @param journal takes own slots
   */
  public MemoryLedger(
      Writer writer,
      InstantSource clock,
      int capacity,
      Consumer<JournalRecord.CounterValues> journal) {
    this.writer = writer;
    this.clock = clock;
    this.capacity = capacity;
    this.journal = journal;
  }

  @Override
  public Counter open(String counter, long windowMillis, long endMillis) {
    MemoryCounter known = counters.get(new Key(counter, windowMillis));
    if (known == null) {
      return make(counter, windowMillis, endMillis);
    }
    known.until(endMillis);
    return known;
  }

  @Override
  public long total(String counter, long windowMillis) {
    MemoryCounter known = counters.get(new Key(counter, windowMillis));
    return known == null ? 0 : known.total();
  }

  @Override
  public List<Slot> slots(String counter, long windowMillis) {
    MemoryCounter known = counters.get(new Key(counter, windowMillis));
    return known == null ? List.of() : slots(known);
  }

  @Override
  public int merge(Collection<Slot> slots) {
    long now = clock.millis();
    int news = 0;
    for (Slot slot : slots) {
      if (slot.value() == 0) {
        continue;
      }
      MemoryCounter counter = counters.get(new Key(slot.counter(), slot.windowMillis()));
      if (counter == null) {
        if (isOver(slot.windowMillis(), slot.endMillis(), now)
            || slot.windowMillis() > now + MOST_AHEAD
            || counters.size() >= capacity) {
          refused.incrementAndGet();
          continue;
        }
        counter = make(slot.counter(), slot.windowMillis(), slot.endMillis());
      }
      counter.until(slot.endMillis());
      if (counter.merge(slot, order::changed)) {
        news++;
        warnOfClash(slot);
      }
    }
    return news;
  }

  @Override
  public Changes changedSince(long position, int limit) {
    return order.since(position, limit);
  }

  @Override
  public Digest digest(Set<Writer> without) {
    Map<String, Set<Long>> lives =
        without.stream()
            .collect(groupingBy(Writer::node, mapping(Writer::epoch, Collectors.toSet())));
    long now = clock.millis();
    Long[] buckets = new Long[BUCKETS];
    Arrays.fill(buckets, 0L);
    long slots = 0;
    for (MemoryCounter counter : counters.values()) {
      if (counter.endMillis() > now) {
        int bucket = bucketOf(counter);
        for (SlotCell cell : cells(counter)) {
          if (!cell.isOf(lives)) {
            buckets[bucket] += cell.digest();
            slots++;
          }
        }
      }
    }
    return new Digest(List.of(buckets), slots);
  }

  @Override
  public List<Slot> bucket(int bucket) {
    if (bucket < 0 || bucket >= BUCKETS) {
      throw new IllegalArgumentException(
          "bucket is %d, use 0 to %d".formatted(bucket, BUCKETS - 1));
    }
    long now = clock.millis();
    List<Slot> slots = new ArrayList<>();
    for (MemoryCounter counter : counters.values()) {
      if (counter.endMillis() > now && bucketOf(counter) == bucket) {
        slots.addAll(slots(counter));
      }
    }
    return slots;
  }

  @Override
  public void persist(Collection<Counter> touched) {
    List<CounterValue> values = new ArrayList<>(touched.size());
    for (Counter counter : touched) {
      long length = counter.endMillis() - counter.windowMillis();
      if (length >= SHORTEST_KEPT && counter instanceof MemoryCounter mine) {
        values.add(
            new CounterValue(mine.id(), mine.windowMillis(), mine.endMillis(), mine.own().get()));
      }
    }
    for (int from = 0; from < values.size(); from += 1_000) {
      journal.accept(
          new JournalRecord.CounterValues(
              values.subList(from, Math.min(values.size(), from + 1_000))));
    }
  }

  /**
   * Forgets windows that are over.
   *
   * @return how many counters went
   */
  int compact() {
    long now = clock.millis();
    int gone = 0;
    for (var entry : counters.entrySet()) {
      MemoryCounter counter = entry.getValue();
      if (isOver(counter.windowMillis(), counter.endMillis(), now) && counter.held() == 0) {
        counters.remove(entry.getKey(), counter);
        order.forget(counter);
        gone++;
      }
    }
    return gone;
  }

  /** The slots of windows that are worth keeping over a restart, one counter after the other. */
  Iterable<Slot> kept() {
    long now = clock.millis();
    return () ->
        counters.values().stream()
            .filter(counter -> counter.endMillis() - counter.windowMillis() >= SHORTEST_KEPT)
            .filter(counter -> !isOver(counter.windowMillis(), counter.endMillis(), now))
            .flatMap(counter -> slots(counter).stream())
            .iterator();
  }

  /** How many counters there are. */
  int size() {
    return counters.size();
  }

  /** How many slots were refused. */
  long refused() {
    return refused.get();
  }

  private MemoryCounter make(String counter, long windowMillis, long endMillis) {
    return counters.computeIfAbsent(
        new Key(counter, windowMillis),
        key ->
            new MemoryCounter(
                key.counter(),
                key.windowMillis(),
                endMillis,
                writer.node(),
                writer.epoch(),
                order::changed));
  }

  /** Only this node writes its slot, so news of it mean that another process has its identity. */
  private void warnOfClash(Slot slot) {
    if (slot.epoch() == writer.epoch()
        && slot.node().equals(writer.node())
        && clashed.compareAndSet(false, true)) {
      LOG.warn(
          "{}: a slot of this node came from outside with a greater value (counter {}): another"
              + " process uses its data directory or its node_id",
          writer,
          slot.counter());
    }
  }

  private static List<Slot> slots(MemoryCounter counter) {
    return cells(counter).stream().map(SlotCell::slot).toList();
  }

  /** Those that hold anything, sorted by writer. */
  private static List<SlotCell> cells(MemoryCounter counter) {
    SlotCell[] foreign = counter.foreign();
    List<SlotCell> cells = new ArrayList<>(foreign.length + 1);
    if (counter.own().get() > 0) {
      cells.add(counter.own());
    }
    for (SlotCell cell : foreign) {
      if (cell.get() > 0) {
        cells.add(cell);
      }
    }
    cells.sort(SlotCell::compareWriter);
    return cells;
  }

  private static int bucketOf(MemoryCounter counter) {
    int hash = counter.id().hashCode() * 31 + Long.hashCode(counter.windowMillis());
    return (hash ^ (hash >>> 16)) & (BUCKETS - 1);
  }

  private static boolean isOver(long windowMillis, long endMillis, long now) {
    return endMillis + retention(endMillis - windowMillis) <= now;
  }

  /** How long a window of this length is kept after its end. */
  static long retention(long length) {
    return Math.clamp(length, LEAST_RETENTION, MOST_RETENTION);
  }

  private record Key(String counter, long windowMillis) {}
}
