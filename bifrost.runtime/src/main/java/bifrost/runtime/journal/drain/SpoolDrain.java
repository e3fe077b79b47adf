package bifrost.runtime.journal.drain;

import bifrost.api.journal.JournalStream;
import bifrost.api.storage.JournalBatch;
import bifrost.api.storage.JournalStore;
import bifrost.api.storage.RejectedBatchException;
import bifrost.runtime.journal.record.MalformedRecordException;
import bifrost.runtime.journal.record.PayloadSeal;
import bifrost.runtime.journal.segment.Frame;
import bifrost.runtime.journal.spool.Spool;
import bifrost.runtime.journal.spool.SpoolReader;
import bifrost.runtime.journal.spool.SpoolReader.Run;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drains one spool, batch by batch. For one thread; the numbers may be read by any. */
final class SpoolDrain {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolDrain.class);

  private final Spool spool;
  private final long known;
  private final DrainSettings settings;
  private final RejectedRecords rejected;
  private final SpoolReader reader;
  private boolean located;
  private boolean everLocated;
  private boolean conflict;
  private boolean ioFailing;
  private final PayloadSeal seal;
  private int limit;
  private long watermark;
  private volatile long confirmedSeq;
  private volatile long confirmedMillis;
  private volatile long rows;
  private volatile long lost;

  /**
   * @param known the last record that this process did not write itself
   */
  SpoolDrain(
      Spool spool, long known, DrainSettings settings, RejectedRecords rejected, PayloadSeal seal) {
    this.seal = seal;
    this.spool = spool;
    this.known = known;
    this.settings = settings;
    this.rejected = rejected;
    this.reader = new SpoolReader(spool, 0);
    this.limit = settings.batchRows();
  }

  Spool spool() {
    return spool;
  }

  /** How far it has got. */
  Drain.Progress progress() {
    long lag = Math.max(0, spool.lastSeq() - confirmedSeq);
    return new Drain.Progress(rows, lost, lag, confirmedMillis);
  }

  /**
   * Drains a batch.
   *
   * @return how many records it held; 0 when there is nothing to do now
   * @throws bifrost.api.storage.StoreException when the store is away; to be called again
   */
  int drainBatch(JournalStore store) {
    if (conflict || spool.isEmpty()) {
      return 0;
    }
    boolean whole = false;
    try {
      if (!located) {
        locate(store);
        if (conflict) {
          return 0;
        }
      }
      Optional<Run> run = reader.read(limit, settings.batchBytes());
      int count = run.isEmpty() ? 0 : send(store, run.get());
      ioFailing = false;
      whole = true;
      return count;
    } catch (IOException e) {
      if (!ioFailing) {
        LOG.warn(
            "journal: {} of {} cannot be drained now, it is tried again: {}",
            spool.stream().label(),
            spool.writer(),
            e.toString());
      }
      ioFailing = true;
      return 0;
    } finally {
      // what was read and not confirmed has to be read again, whatever went wrong
      located &= whole;
    }
  }

  void close() throws IOException {
    reader.close();
  }

  private void locate(JournalStore store) throws IOException {
    long stored = store.watermark(spool.writer(), spool.stream());
    long possible = everLocated ? Math.max(known, Math.max(spool.lastSeq(), confirmedSeq)) : known;
    if (stored > possible) {
      conflict = true;
      LOG.error(
          "journal: {} has records of {} ({}) that this node did not write: node_id is used twice, "
              + "or the data directory was lost while its epoch was not. Nothing of it is drained; "
              + "give this node another node_id and restart it",
          store.description(),
          spool.writer(),
          spool.stream().label());
      return;
    }
    if (everLocated && stored < watermark) {
      LOG.warn(
          "journal: {} has forgotten records of {} ({}): its watermark went from {} back to {}",
          store.description(),
          spool.writer(),
          spool.stream().label(),
          watermark,
          stored);
    }
    reader.rewind(stored);
    watermark = stored;
    confirmedSeq = stored;
    located = true;
    everLocated = true;
  }

  private int send(JournalStore store, Run run) throws IOException {
    BatchBuilder builder = new BatchBuilder(seal);
    for (Frame frame : run.frames()) {
      try {
        builder.add(frame);
      } catch (MalformedRecordException e) {
        rejected.add(spool.writer(), spool.stream(), frame, e.getMessage());
      }
    }
    if (!run.frames().isEmpty()) {
      JournalBatch batch = builder.build(spool, watermark, run.through());
      try {
        if (batch.rows() > 0 && !write(store, batch)) {
          return 0;
        }
      } catch (RejectedBatchException e) {
        if (run.frames().size() > 1) {
          limit = run.frames().size() / 2;
          reader.rewind(reader.confirmed());
          return 1;
        }
        rejected.add(spool.writer(), spool.stream(), run.frames().getFirst(), e.getMessage());
      }
      limit = Math.min(settings.batchRows(), limit * 2);
      confirmedMillis = run.frames().getLast().millis();
    }
    confirmedSeq = run.through();
    rows += run.frames().size();
    lost += run.lost() + (spool.stream() == JournalStream.PAYLOAD ? 0 : run.skipped());
    reader.confirm(run.through());
    return Math.max(1, run.frames().size());
  }

  /** Writes a batch; false when the store is somewhere else, which the next call finds out. */
  private boolean write(JournalStore store, JournalBatch batch) {
    long stored = store.write(batch);
    if (stored != batch.through()) {
      located = false;
      return false;
    }
    watermark = stored;
    return true;
  }
}
