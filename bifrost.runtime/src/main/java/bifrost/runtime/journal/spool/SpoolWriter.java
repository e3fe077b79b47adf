package bifrost.runtime.journal.spool;

import bifrost.api.journal.Journal.Appended;
import bifrost.runtime.journal.record.EncodedRecord;
import bifrost.runtime.journal.spool.RunQueue.Turn;
import bifrost.runtime.journal.spool.RunQueue.Written;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends to a spool from any number of threads.
 *
 * <p>A record is numbered and put into the pending run under a lock that is held for that only
 * ({@link RunQueue}). The first thread to come writes the run, in one call to the file ({@link
 * RunWriter}); those that come meanwhile make up the next run, and one of them writes it. So the
 * write to the page cache costs no hand-over when it is quiet, and is shared when it is busy.
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
  private final RunQueue queue;
  private final Durability durability;

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
    this.queue = new RunQueue(spool.stream(), startSeq, settings);
    this.durability = new Durability(spool.stream().label(), startSeq);
  }

  /** Where it writes to. */
  public Spool spool() {
    return spool;
  }

  /** Whether records are kept in memory because the disk does not take them. */
  public boolean isSuspended() {
    return queue.isSuspended() || queue.isStalled();
  }

  /** Whether the disk hangs: a write has not ended within the time that appending waits. */
  public boolean isStalled() {
    return queue.isStalled();
  }

  /** The last number that was given out. */
  public long lastSeq() {
    return queue.lastSeq();
  }

  /** Up to where everything survives a power cut. */
  public long durableSeq() {
    return durability.seq();
  }

  /** How many records are in memory only. */
  public int pendingRecords() {
    return queue.size();
  }

  /** How many request logs lost their detail in memory. */
  public long foldedLogs() {
    return queue.foldedLogs();
  }

  /** How many payloads were dropped in memory. */
  public long shedPayloads() {
    return queue.shedPayloads();
  }

  /** Appends a record. */
  public Appended append(EncodedRecord record) {
    return switch (queue.add(record)) {
      case Turn.Over(Appended outcome) -> outcome;
      case Turn.Lead(PendingRun run, long seq) -> {
        lead(run);
        yield outcome(run, seq);
      }
      case Turn.Wait(PendingRun run, PendingRun.Waiter waiter, long seq) -> {
        await(run, waiter);
        yield outcome(run, seq);
      }
    };
  }

  /** Makes what was written survive a power cut. For one thread at a time. */
  public void commit() {
    durability.commit(queue.writtenSeq(), runs);
  }

  /** Tries to write what a failure left in memory. */
  public void resume() {
    Optional<PendingRun> waiting = queue.resume();
    if (waiting.isEmpty()) {
      return;
    }
    if (waiting.get().isEmpty()) {
      onChange.run();
    } else {
      lead(waiting.get());
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
    if (queue.close(limit)) {
      commit();
      runs.close();
    }
    return pendingRecords();
  }

  /** Writes a run, and those after it that fall to this thread. */
  private void lead(PendingRun first) {
    Optional<PendingRun> next = Optional.of(first);
    while (next.isPresent()) {
      PendingRun run = next.get();
      IOException failure = null;
      try {
        runs.write(run.frames());
      } catch (IOException e) {
        failure = e;
      }
      Written end =
          failure == null
              ? queue.written(run, runs.writtenSeq())
              : queue.failed(run, runs.writtenSeq());
      if (failure == null) {
        onWritten.run();
      }
      if (end.changed()) {
        report(failure);
      }
      next = end.next();
    }
  }

  private void await(PendingRun run, PendingRun.Waiter waiter) {
    long deadline = System.nanoTime() + settings.appendWait().toNanos();
    boolean interrupted = false;
    while (run.outcome() == null) {
      if (waiter.lead()) {
        queue.takeOver(run);
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

  private boolean giveUp(PendingRun run, PendingRun.Waiter waiter) {
    RunQueue.Leaving leaving = queue.leave(run, waiter);
    if (leaving == RunQueue.Leaving.STALLED) {
      LOG.warn(
          "journal: the disk has not taken {} for {} ms; records wait in memory",
          spool.stream().label(),
          settings.appendWait().toMillis());
      onChange.run();
    }
    return leaving != RunQueue.Leaving.NOT_NOW;
  }

  private Appended outcome(PendingRun run, long seq) {
    Appended outcome = run.outcome() == null ? Appended.PENDING : run.outcome();
    return outcome == Appended.KEPT && settings.waitForDisk()
        ? durability.await(seq, settings.appendWait())
        : outcome;
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
}
