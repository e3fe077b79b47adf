package bifrost.runtime.ledger;

import bifrost.runtime.local.CounterFile;
import bifrost.runtime.local.Saver;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the counters on the local disk, so that a node which starts while every store is dark knows
 * what was spent. What was added after the last save comes back from the journal, unless it had
 * been drained meanwhile.
 */
final class CounterSaver {
  private static final Logger LOG = LoggerFactory.getLogger(CounterSaver.class);
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final Duration QUIET = Duration.ofMillis(1);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final MemoryLedger ledger;
  private final CounterFile file;
  private final InstantSource clock;
  private final Saver saver;
  private volatile long saved;

  CounterSaver(MemoryLedger ledger, CounterFile file, InstantSource clock) {
    this.ledger = ledger;
    this.file = file;
    this.clock = clock;
    this.saver = new Saver("local counters", QUIET, this::save);
  }

  /** Brings the counters of the file into the ledger. */
  void restore() {
    if (!file.exists()) {
      return;
    }
    int[] news = {0};
    try {
      Instant written = file.read(slots -> news[0] += ledger.merge(slots));
      LOG.info("ledger: {} slots of {} read from the local disk", news[0], written);
      saved = position();
    } catch (IOException e) {
      LOG.warn("ledger: the counters of the local disk cannot be used: {}", e.getMessage());
    }
  }

  /** Looks for changes from now on. */
  void start(ScheduledExecutorService scheduler) {
    scheduler.scheduleWithFixedDelay(
        this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Saves what has changed, and ends. */
  void close() {
    look();
    saver.close(CLOSE_LIMIT);
  }

  private void look() {
    if (!ledger.changedSince(saved, 1).slots().isEmpty()) {
      saver.changed();
    }
  }

  private void save() throws IOException {
    long before = position();
    file.write(clock.millis(), ledger.kept());
    saved = before;
  }

  /** The newest change. */
  private long position() {
    return ledger.changedSince(Long.MAX_VALUE, 1).position();
  }
}
