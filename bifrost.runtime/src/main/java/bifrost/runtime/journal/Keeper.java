package bifrost.runtime.journal;

import bifrost.api.journal.JournalState;
import bifrost.api.journal.JournalStream;
import bifrost.api.ledger.Slot;
import bifrost.runtime.journal.drain.Drain;
import bifrost.runtime.journal.spool.CounterScan;
import bifrost.runtime.journal.spool.Relief;
import bifrost.runtime.journal.spool.Relief.Relieved;
import bifrost.runtime.journal.spool.Spool;
import bifrost.runtime.journal.spool.SpoolWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the journal within its bounds on disk and says how well it does. One thread calls {@link
 * #keep} about once a second; the state may be read and refreshed by any.
 */
final class Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

  /** Configuration is small; past this it is reduced to the newest row of each entity. */
  private static final long CONFIG_MAX_BYTES = 64 << 20;

  /** How long payloads stay off after the disk was full. */
  private static final Duration PAYLOADS_OFF = Duration.ofSeconds(30);

  private final Surroundings surroundings;
  private final JournalSettings settings;
  private final Lives lives;
  private final Drain drain;
  private final Map<JournalStream, SpoolWriter> writers;
  private final Relief relief;
  private final Reserve reserve;
  private final AtomicLong foldedLogs = new AtomicLong();
  private final AtomicLong shedPayloads = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private volatile JournalState state = JournalState.NORMAL;
  private volatile long payloadsOffUntil = Long.MIN_VALUE;
  private volatile boolean shedding;
  private final CompletableFuture<List<Slot>> counters = new CompletableFuture<>();
  private volatile boolean reliefFailed;
  private boolean recovered;
  private boolean failing;

  Keeper(
      Surroundings surroundings,
      JournalSettings settings,
      Lives lives,
      Drain drain,
      Map<JournalStream, SpoolWriter> writers) {
    this.surroundings = surroundings;
    this.settings = settings;
    this.lives = lives;
    this.drain = drain;
    this.writers = writers;
    this.relief = new Relief(settings.maxTotals(), surroundings.random()::nextLong);
    this.reserve = new Reserve(surroundings.root(), settings.reserveBytes());
  }

  JournalState state() {
    return state;
  }

  /** The counters that earlier lives left, once they have been read. */
  CompletableFuture<List<Slot>> counters() {
    return counters;
  }

  /** Whether payloads are not taken now. */
  boolean shedsPayloads() {
    return surroundings.millis().getAsLong() < payloadsOffUntil;
  }

  /** How many request logs lost their detail. */
  long foldedLogs() {
    return foldedLogs.get() + writers.values().stream().mapToLong(SpoolWriter::foldedLogs).sum();
  }

  /** How many payloads were shed. */
  long shedPayloads() {
    return shedPayloads.get()
        + writers.values().stream().mapToLong(SpoolWriter::shedPayloads).sum();
  }

  /** How many records were found damaged while folding. */
  long lost() {
    return lost.get();
  }

  void countShed(long payloads) {
    shedPayloads.addAndGet(payloads);
  }

  /** All spools of a stream, the oldest first. */
  List<Spool> spools(JournalStream stream) {
    List<Spool> spools = new ArrayList<>(lives.earlier(stream));
    spools.add(writers.get(stream).spool());
    return spools;
  }

  /** What a stream takes on disk. */
  long bytes(JournalStream stream) {
    return spools(stream).stream().mapToLong(Spool::bytes).sum();
  }

  /**
   * Finds the spools of earlier lives, makes room where it is short, and tries again what failed.
   */
  void keep() {
    try {
      if (!recovered) {
        recover();
      }
      if (isDiskFull()) {
        relieveDisk();
      } else {
        shedding = writers.get(JournalStream.PAYLOAD).isSuspended();
        bound(JournalStream.PAYLOAD, settings.payloadMaxBytes());
        bound(JournalStream.ACCOUNTING, settings.accountingMaxBytes());
        bound(JournalStream.CONFIG, CONFIG_MAX_BYTES);
        resume();
        reserve.fill();
      }
      failing = false;
    } catch (IOException e) {
      if (!failing) {
        LOG.warn("journal: {} cannot be kept in order: {}", surroundings.root(), e.toString());
      }
      failing = true;
      resume();
    }
    reliefFailed = isDiskFull();
    refresh();
  }

  /** Finds the state out again. */
  void refresh() {
    JournalState next;
    if (isDiskFull() && (reliefFailed || isStalled())) {
      next = settings.refuseWhenFull() ? JournalState.REFUSING : JournalState.UNMETERED;
    } else if (spools(JournalStream.ACCOUNTING).stream().anyMatch(Spool::hasFold)) {
      next = JournalState.FOLDING;
    } else if (isDiskFull()
        || shedding
        || shedsPayloads()
        || writers.get(JournalStream.PAYLOAD).isSuspended()) {
      next = JournalState.SHEDDING;
    } else {
      next = JournalState.NORMAL;
    }
    JournalState last = state;
    state = next;
    if (last == next) {
      return;
    }
    if (next == JournalState.NORMAL) {
      LOG.info("journal: state is {} again, it was {}", next.label(), last.label());
    } else {
      LOG.warn("journal: state is {}, it was {}", next.label(), last.label());
    }
  }

  /** The counters are read before the drain may take anything away. */
  private void recover() throws IOException {
    List<Spool> spools = lives.recover();
    CounterScan scan = new CounterScan();
    for (Spool spool : spools) {
      if (spool.stream() == JournalStream.ACCOUNTING) {
        scan.add(spool);
      }
    }
    spools.forEach(spool -> drain.add(spool, Long.MAX_VALUE));
    recovered = true;
    counters.complete(scan.slots());
  }

  private boolean isDiskFull() {
    return writers.get(JournalStream.ACCOUNTING).isSuspended()
        || writers.get(JournalStream.CONFIG).isSuspended();
  }

  private boolean isStalled() {
    return writers.get(JournalStream.ACCOUNTING).isStalled()
        || writers.get(JournalStream.CONFIG).isStalled();
  }

  /** Payloads go, what was set aside goes, accounting is folded as far as it can be. */
  private void relieveDisk() throws IOException {
    payloadsOffUntil = surroundings.millis().getAsLong() + PAYLOADS_OFF.toMillis();
    shrink(JournalStream.PAYLOAD, 0);
    reserve.release();
    try {
      shrink(JournalStream.ACCOUNTING, 0);
      shrink(JournalStream.CONFIG, 0);
    } finally {
      resume();
    }
  }

  private void resume() {
    writers.values().forEach(SpoolWriter::resume);
  }

  /** Past a bound, brings a stream back to half of it. */
  private void bound(JournalStream stream, long maxBytes) throws IOException {
    if (bytes(stream) > maxBytes) {
      boolean payload = stream == JournalStream.PAYLOAD;
      shedding |= payload;
      shrink(stream, payload ? maxBytes : maxBytes / 2);
    }
  }

  private void shrink(JournalStream stream, long bytesLeft) throws IOException {
    for (Spool spool : spools(stream)) {
      long others = bytes(stream) - spool.bytes();
      long left = Math.max(0, bytesLeft - others);
      Relieved relieved =
          stream == JournalStream.PAYLOAD ? relief.shed(spool, left) : relief.fold(spool, left);
      foldedLogs.addAndGet(relieved.logs());
      shedPayloads.addAndGet(relieved.shed());
      lost.addAndGet(relieved.lost());
    }
  }
}
