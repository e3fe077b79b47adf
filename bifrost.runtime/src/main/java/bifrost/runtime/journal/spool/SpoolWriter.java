package bifrost.runtime.journal.spool;

import bifrost.api.journal.Journal.Appended;
import bifrost.api.journal.JournalStream;
import bifrost.runtime.journal.record.EncodedRecord;
import bifrost.runtime.journal.segment.Frame;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends to a spool from any number of threads.
 *
 * <p>A record is numbered and put into the pending run under a lock that is held for that only. The
 * first thread to come writes the run, in one call to the file; those that come meanwhile make up
 * the next run, and one of them writes it. So the write to the page cache costs no hand-over when
 * it is quiet, and is shared when it is busy.
 *
 * <p>When a write fails the writer is <em>suspended</em>: records stay in memory, folded past a
 * bound, until {@link #resume} succeeds. Nobody waits for a disk that hangs for longer than the
 * settings say. What was written in part before a failure is superseded by the next segment, which
 * begins at the first record that was not known to be written.
 */
public final class SpoolWriter {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolWriter.class);

  private final Spool spool;
  private final SpoolSettings settings;
  private final Runnable onWritten;
  private final Runnable onChange;
  private final RunWriter runs;
  private final AtomicLong foldedLogs = new AtomicLong();
  private final AtomicLong shedPayloads = new AtomicLong();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition durable = lock.newCondition();
  private final Condition idle = lock.newCondition();
  private PendingRun pending;
  private boolean writing;
  private long lastSeq;
  private long writtenSeq;
  private volatile long durableSeq;
  private volatile boolean suspended;
  private volatile boolean stalled;
  private volatile boolean closed;
  private boolean commitFailing;

  /**
   * Writes to a spool.
   *
   * @param startSeq the last number that was given out before
   * @param onWritten told after records were written, from when on a commit brings them to disk;
   *     must be quick, as must the next one
   * @param onChange told after the writer was suspended, stalled, or is well again
   */
  public SpoolWriter(
      Spool spool, long startSeq, SpoolSettings settings, Runnable onWritten, Runnable onChange) {
    this.spool = spool;
    this.settings = settings;
    this.onWritten = onWritten;
    this.onChange = onChange;
    this.runs = new RunWriter(spool, settings);
    this.pending = newRun();
    this.lastSeq = startSeq;
    this.writtenSeq = startSeq;
    this.durableSeq = startSeq;
  }

  /** Where it writes to. */
  public Spool spool() {
    return spool;
  }

  /** Whether records are kept in memory because the disk does not take them. */
  public boolean isSuspended() {
    return suspended || stalled;
  }

  /** Whether the disk hangs: a write has not ended within the time that appending waits. */
  public boolean isStalled() {
    return stalled;
  }

  /** The last number that was given out. */
  public long lastSeq() {
    lock.lock();
    try {
      return lastSeq;
    } finally {
      lock.unlock();
    }
  }

  /** Up to where everything survives a power cut. */
  public long durableSeq() {
    return durableSeq;
  }

  /** How many records are in memory only. */
  public int pendingRecords() {
    lock.lock();
    try {
      return pending.frames().size();
    } finally {
      lock.unlock();
    }
  }

  /** How many request logs lost their detail in memory. */
  public long foldedLogs() {
    return foldedLogs.get();
  }

  /** How many payloads were dropped in memory. */
  public long shedPayloads() {
    return shedPayloads.get();
  }

  /** Appends a record. */
  public Appended append(EncodedRecord record) {
    PendingRun run;
    PendingRun.Waiter waiter = null;
    long seq;
    lock.lock();
    try {
      if ((closed || suspended) && spool.stream() == JournalStream.PAYLOAD) {
        shedPayloads.incrementAndGet();
        return Appended.SHED;
      }
      run = pending;
      seq = ++lastSeq;
      count(run.add(new Frame(seq, 1, settings.clock().getAsLong(), record)));
      if (closed || suspended || stalled) {
        return Appended.PENDING;
      }
      if (writing) {
        waiter = run.join();
      } else {
        writing = true;
        pending = newRun();
      }
    } finally {
      lock.unlock();
    }
    if (waiter == null) {
      lead(run);
    } else {
      await(run, waiter);
    }
    Appended outcome = run.outcome() == null ? Appended.PENDING : run.outcome();
    return outcome == Appended.KEPT && settings.waitForDisk() ? awaitDurable(seq) : outcome;
  }

  /** Makes what was written survive a power cut. For one thread at a time. */
  public void commit() {
    long seq;
    lock.lock();
    try {
      seq = writtenSeq;
    } finally {
      lock.unlock();
    }
    if (seq == durableSeq) {
      return;
    }
    try {
      runs.sync();
    } catch (IOException e) {
      if (!commitFailing) {
        LOG.warn(
            "journal: {} is not brought to disk, a power cut may lose it: {}",
            spool.stream().label(),
            e.toString());
      }
      commitFailing = true;
      return;
    }
    commitFailing = false;
    lock.lock();
    try {
      durableSeq = Math.max(durableSeq, seq);
      durable.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Tries to write what a failure left in memory. */
  public void resume() {
    PendingRun run;
    lock.lock();
    try {
      if (!suspended || writing || closed) {
        return;
      }
      if (pending.isEmpty()) {
        suspended = false;
        run = null;
      } else {
        writing = true;
        run = pending;
        pending = newRun();
      }
    } finally {
      lock.unlock();
    }
    if (run == null) {
      onChange.run();
    } else {
      lead(run);
    }
  }

  /**
   * Takes no more records, and writes and commits what is there.
   *
   * @param limit how long to wait for a thread that is writing
   * @return how many records could not be written
   */
  public int close(Duration limit) {
    resume();
    if (awaitIdle(limit)) {
      commit();
      runs.close();
    }
    return pendingRecords();
  }

  private boolean awaitIdle(Duration limit) {
    long left = limit.toNanos();
    lock.lock();
    try {
      closed = true;
      while (writing && left > 0) {
        left = idle.awaitNanos(left);
      }
      return !writing;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !writing;
    } finally {
      lock.unlock();
    }
  }

  private void lead(PendingRun first) {
    PendingRun run = first;
    while (true) {
      IOException failure = null;
      try {
        runs.write(run.frames());
      } catch (IOException e) {
        failure = e;
      }
      boolean changed;
      PendingRun next;
      lock.lock();
      try {
        changed = failure == null ? written(run) : failed(run);
        next = next();
      } finally {
        lock.unlock();
      }
      if (failure == null) {
        onWritten.run();
      }
      if (changed) {
        report(failure);
      }
      if (next == null) {
        return;
      }
      run = next;
    }
  }

  /** After a write: whether this thread goes on, with what. Called under the lock. */
  private PendingRun next() {
    if (suspended || pending.isEmpty()) {
      writing = false;
      idle.signalAll();
      return null;
    }
    PendingRun next = pending;
    if (next.promote()) {
      return null;
    }
    pending = newRun();
    return next;
  }

  private boolean written(PendingRun run) {
    boolean changed = suspended || stalled;
    suspended = false;
    stalled = false;
    writtenSeq = runs.writtenSeq();
    run.finish(Appended.KEPT);
    return changed;
  }

  private boolean failed(PendingRun run) {
    boolean changed = !suspended;
    suspended = true;
    stalled = false;
    writtenSeq = runs.writtenSeq();
    PendingRun all = newRun();
    run.frames().stream()
        .filter(frame -> frame.seq() > writtenSeq)
        .forEach(frame -> count(all.add(frame)));
    pending.frames().forEach(frame -> count(all.add(frame)));
    boolean payload = spool.stream() == JournalStream.PAYLOAD;
    if (payload && !all.isEmpty()) {
      count(all.fold());
    }
    Appended outcome = payload ? Appended.SHED : Appended.PENDING;
    run.finish(outcome);
    pending.finish(outcome);
    pending = all;
    return changed;
  }

  private void await(PendingRun run, PendingRun.Waiter waiter) {
    long deadline = System.nanoTime() + settings.appendWait().toNanos();
    boolean interrupted = false;
    while (run.outcome() == null) {
      if (waiter.lead()) {
        takeOver(run);
        lead(run);
        break;
      }
      long left = deadline - System.nanoTime();
      if (left <= 0 && giveUp(run, waiter)) {
        break;
      }
      LockSupport.parkNanos(this, Math.max(1, left));
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void takeOver(PendingRun run) {
    lock.lock();
    try {
      if (pending == run) {
        pending = newRun();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean giveUp(PendingRun run, PendingRun.Waiter waiter) {
    boolean changed;
    lock.lock();
    try {
      if (waiter.lead() || run.outcome() != null) {
        return false;
      }
      run.leave(waiter);
      changed = !stalled;
      stalled = true;
    } finally {
      lock.unlock();
    }
    if (changed) {
      LOG.warn(
          "journal: the disk has not taken {} for {} ms; records wait in memory",
          spool.stream().label(),
          settings.appendWait().toMillis());
      onChange.run();
    }
    return true;
  }

  private Appended awaitDurable(long seq) {
    long left = settings.appendWait().toNanos();
    boolean interrupted = false;
    lock.lock();
    try {
      while (durableSeq < seq && left > 0) {
        try {
          left = durable.awaitNanos(left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      lock.unlock();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return durableSeq < seq ? Appended.PENDING : Appended.KEPT;
  }

  private void report(IOException failure) {
    if (failure == null) {
      LOG.info("journal: {} is written to disk again", spool.stream().label());
    } else {
      LOG.warn(
          "journal: {} cannot be written to {}, it is kept in memory and tried again: {}",
          spool.stream().label(),
          spool.folder(),
          failure.toString());
    }
    onChange.run();
  }

  private void count(Relief.Relieved relieved) {
    foldedLogs.addAndGet(relieved.logs());
    shedPayloads.addAndGet(relieved.shed());
  }

  private PendingRun newRun() {
    return new PendingRun(settings.memoryBytes(), settings.maxTotals());
  }
}
