package bifrost.runtime.ledger;

import bifrost.api.journal.Journal;
import bifrost.api.journal.JournalRecord;
import bifrost.api.journal.Writer;
import bifrost.api.ledger.Counter;
import bifrost.api.ledger.Ledger;
import bifrost.api.ledger.Slot;
import bifrost.api.metrics.MetricSource;
import bifrost.api.status.ReadinessCheck;
import bifrost.api.storage.CounterStore;
import bifrost.runtime.boot.BootReport;
import bifrost.runtime.boot.NodeSettings;
import bifrost.runtime.local.CounterFile;
import bifrost.runtime.snapshot.LoadedSnapshot;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * The ledger as a service: it starts with the node's identity, reads the store in the background
 * and holds the node out of service until that has been tried once.
 */
@Component(service = {Ledger.class, MetricSource.class, ReadinessCheck.class})
public final class LedgerComponent implements Ledger, MetricSource, ReadinessCheck {
  private static final int CAPACITY = 4_000_000;
  private static final long COMPACT_SECONDS = 30;
  private static final long RETRY_SECONDS = 5;

  private final MemoryLedger ledger;
  private final LedgerLoad load;
  private final ScheduledExecutorService scheduler;
  private final boolean dark;
  private final CounterSaver saver;
  private volatile Journal journal;
  private volatile boolean storeBound;
  private volatile boolean loadTried;

  /** Starts as the writer that the boot report names, with what the local disk has. */
  @Activate
  public LedgerComponent(
      BundleContext context,
      @Reference(name = "boot") BootReport boot,
      @Reference(name = "loaded") LoadedSnapshot loaded) {
    Clock clock = Clock.systemUTC();
    ledger =
        new MemoryLedger(new Writer(boot.nodeId(), boot.epoch()), clock, CAPACITY, this::toJournal);
    load = new LedgerLoad(ledger, clock);
    scheduler =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("bifrost-ledger").factory());
    dark = boot.dark();
    saver =
        new CounterSaver(
            ledger,
            new CounterFile(NodeSettings.from(context::getProperty).dataDir(), loaded.box()),
            clock);
    saver.restore();
    saver.start(scheduler);
    scheduler.scheduleWithFixedDelay(
        ledger::compact, COMPACT_SECONDS, COMPACT_SECONDS, TimeUnit.SECONDS);
  }

  @Deactivate
  void deactivate() {
    scheduler.shutdownNow();
    saver.close();
  }

  @Reference(
      name = "journal",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC)
  void bindJournal(Journal bound) {
    journal = bound;
  }

  void unbindJournal(Journal unbound) {
    if (journal == unbound) {
      journal = null;
    }
  }

  @Reference(
      name = "store",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC)
  void bindStore(CounterStore store) {
    storeBound = true;
    scheduler.execute(() -> load(store));
  }

  void unbindStore(CounterStore store) {
    // A load that is under way fails with the store, and what it brought stays true.
  }

  @Override
  public Optional<String> missing() {
    return storeBound && !loadTried && !dark
        ? Optional.of("the counters are being read from the store")
        : Optional.empty();
  }

  @Override
  public void collect(Sink sink) {
    sink.gauge("bifrost_ledger_counters", "Counters in memory.", Map.of(), ledger.size());
    sink.counter(
        "bifrost_ledger_refused_slots_total",
        "Slots from outside that broke a bound.",
        Map.of(),
        ledger.refused());
  }

  @Override
  public Counter open(String counter, long windowMillis, long endMillis) {
    return ledger.open(counter, windowMillis, endMillis);
  }

  @Override
  public long total(String counter, long windowMillis) {
    return ledger.total(counter, windowMillis);
  }

  @Override
  public List<Slot> slots(String counter, long windowMillis) {
    return ledger.slots(counter, windowMillis);
  }

  @Override
  public int merge(Collection<Slot> slots) {
    return ledger.merge(slots);
  }

  @Override
  public Changes changedSince(long position, int limit) {
    return ledger.changedSince(position, limit);
  }

  @Override
  public Digest digest(Set<Writer> without) {
    return ledger.digest(without);
  }

  @Override
  public List<Slot> bucket(int bucket) {
    return ledger.bucket(bucket);
  }

  @Override
  public void persist(Collection<Counter> counters) {
    ledger.persist(counters);
  }

  private void toJournal(JournalRecord.CounterValues values) {
    Journal bound = journal;
    if (bound != null) {
      bound.append(values);
    }
  }

  private void load(CounterStore store) {
    boolean loaded = load.attempt(store);
    loadTried = true;
    if (!loaded && !scheduler.isShutdown()) {
      scheduler.schedule(() -> load(store), RETRY_SECONDS, TimeUnit.SECONDS);
    }
  }
}
