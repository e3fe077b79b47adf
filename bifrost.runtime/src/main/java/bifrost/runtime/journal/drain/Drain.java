package bifrost.runtime.journal.drain;

import bifrost.api.journal.JournalStream;
import bifrost.api.storage.JournalStore;
import bifrost.api.storage.StoreException;
import bifrost.runtime.journal.file.JournalFolder;
import bifrost.runtime.journal.record.PayloadSeal;
import bifrost.runtime.journal.spool.Spool;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Brings spools to the store, for ever: configuration first, then accounting, then payloads, and of
 * each the oldest life first. One thread calls {@link #pass}; one failing call is all that a store
 * that is away sees of a node until the next try.
 */
public final class Drain {
  /** How many batches of a stream are written before the next stream gets its turn. */
  private static final int TURN = 16;

  private static final Duration NO_STORE = Duration.ofSeconds(1);

  private final Supplier<Optional<JournalStore>> stores;
  private final DrainSettings settings;
  private final Sleeper sleeper;
  private final PayloadSeal seal;
  private final RejectedRecords rejected;
  private final Backoff backoff;
  private final Pace pace;
  private final Outage outage;
  private final List<SpoolDrain> drains = new CopyOnWriteArrayList<>();
  private final Map<JournalStream, Progress> ended = new ConcurrentHashMap<>();
  private Optional<JournalStore> migrated = Optional.empty();
  private volatile long failures;

  /** Waits; a test advances its clock instead. */
  @FunctionalInterface
  public interface Sleeper {
    /** Waits so long. */
    void sleep(Duration time) throws InterruptedException;
  }

  /**
   * Drains nothing yet.
   *
   * @param stores the store of now
   * @param settings sizes and times
   * @param rejected where records go that the store will not take
   * @param nanoTime a clock for rates
   * @param millis the time, in milliseconds since the epoch
   * @param sleeper how to wait between batches
   * @param random for jitter
   * @param seal opens payloads
   */
  public Drain(
      Supplier<Optional<JournalStore>> stores,
      DrainSettings settings,
      JournalFolder rejected,
      LongSupplier nanoTime,
      LongSupplier millis,
      Sleeper sleeper,
      RandomGenerator random,
      PayloadSeal seal) {
    this.seal = seal;
    this.stores = stores;
    this.settings = settings;
    this.sleeper = sleeper;
    this.rejected = new RejectedRecords(rejected);
    this.backoff = new Backoff(settings.retryFloor(), settings.retryCeiling(), random);
    this.pace = new Pace(settings.rowsPerSecond(), nanoTime);
    this.outage = new Outage(millis);
  }

  /**
   * Drains a spool from now on.
   *
   * @param known the last record that was in it before this process wrote to it; the store cannot
   *     have more than that when it is asked for the first time
   */
  public void add(Spool spool, long known) {
    drains.add(new SpoolDrain(spool, known, settings, rejected, seal));
    drains.sort(
        Comparator.comparing((SpoolDrain drain) -> drain.spool().stream())
            .thenComparing(drain -> drain.spool().writer().epoch()));
  }

  /** Stops draining a spool. For the thread that calls {@link #pass}. */
  public void remove(Spool spool) throws IOException {
    for (SpoolDrain drain : drains) {
      if (drain.spool() == spool) {
        drain.close();
        ended.merge(spool.stream(), drain.progress(), Progress::plus);
        drains.remove(drain);
      }
    }
  }

  /**
   * Gives each spool a turn.
   *
   * @return how long to wait before the next pass
   */
  public Duration pass() throws InterruptedException {
    Optional<JournalStore> store = stores.get();
    if (store.isEmpty()) {
      return NO_STORE;
    }
    boolean more = false;
    try {
      if (!migrated.equals(store)) {
        store.get().migrate();
        migrated = store;
        worked(store.get());
      }
      for (SpoolDrain drain : drains) {
        more |= turn(store.get(), drain);
      }
    } catch (StoreException e) {
      failures++;
      outage.failed(store.get().description(), waiting(), e);
      return backoff.next();
    }
    return more ? Duration.ZERO : settings.interval();
  }

  /** Closes what is open. */
  public void close() throws IOException {
    for (SpoolDrain drain : drains) {
      drain.close();
    }
  }

  /** Whether the store is away. */
  public boolean isOutage() {
    return outage.isOn();
  }

  /** How many calls of the store failed. */
  public long failures() {
    return failures;
  }

  /** How many records were put aside. */
  public long rejected() {
    return rejected.count();
  }

  /** How a stream is drained: sums over the lives of the node. */
  public Progress progress(JournalStream stream) {
    Progress sum = ended.getOrDefault(stream, Progress.NONE);
    for (SpoolDrain drain : drains) {
      if (drain.spool().stream() == stream) {
        sum = sum.plus(drain.progress());
      }
    }
    return sum;
  }

  /**
   * How a stream is drained.
   *
   * @param rows how many records the store took in this life
   * @param lost how many records were found damaged or missing
   * @param lag how many records the store does not have
   * @param confirmedMillis when the last record that it has was appended; 0 when not known
   */
  public record Progress(long rows, long lost, long lag, long confirmedMillis) {
    static final Progress NONE = new Progress(0, 0, 0, 0);

    Progress plus(Progress other) {
      return new Progress(
          rows + other.rows,
          lost + other.lost,
          lag + other.lag,
          Math.max(confirmedMillis, other.confirmedMillis));
    }
  }

  /** Whether there is more to do at once. */
  private boolean turn(JournalStore store, SpoolDrain drain) throws InterruptedException {
    for (int i = 0; i < TURN; i++) {
      int rows = drain.drainBatch(store);
      if (rows == 0) {
        return false;
      }
      worked(store);
      Duration wait = pace.after(rows, store.mostRowsPerSecond());
      if (!wait.isZero()) {
        sleeper.sleep(wait);
      }
      if (rows < settings.batchRows() / 2) {
        return false;
      }
    }
    return true;
  }

  private void worked(JournalStore store) {
    backoff.reset();
    if (outage.worked(store.description(), waiting())) {
      pace.restart();
    }
  }

  private long waiting() {
    long waiting = 0;
    for (JournalStream stream : JournalStream.values()) {
      waiting += progress(stream).lag();
    }
    return waiting;
  }
}
