package bifrost.runtime.journal.spool;

import bifrost.api.journal.Journal.Appended;
import bifrost.api.journal.JournalStream;
import bifrost.runtime.journal.record.EncodedRecord;
import bifrost.runtime.journal.segment.Frame;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The records of a {@link SpoolWriter} that wait to be written, and who writes them: one thread at
 * a time, which is handed from run to run. Gives out the sequence numbers. Safe for any thread; its
 * lock is held for bookkeeping only, never across I/O.
 */
final class RunQueue {
  private final JournalStream stream;
  private final SpoolSettings settings;
  private final AtomicLong foldedLogs = new AtomicLong();
  private final AtomicLong shedPayloads = new AtomicLong();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private PendingRun pending;
  private boolean writing;
  private long lastSeq;
  private long writtenSeq;
  private boolean closed;
  private volatile boolean suspended;
  private volatile boolean stalled;

  /**
   * An empty queue.
   *
   * @param startSeq the last number that was given out before
   */
  RunQueue(JournalStream stream, long startSeq, SpoolSettings settings) {
    this.stream = stream;
    this.settings = settings;
    this.pending = newRun();
    this.lastSeq = startSeq;
    this.writtenSeq = startSeq;
  }

  /** What a thread does about the record that it has added. */
  sealed interface Turn {
    /** Nothing: it is known what becomes of the record. */
    record Over(Appended outcome) implements Turn {}

    /** It writes this run. */
    record Lead(PendingRun run, long seq) implements Turn {}

    /** It waits until another one has written the run, or it is made the one that does. */
    record Wait(PendingRun run, PendingRun.Waiter waiter, long seq) implements Turn {}
  }

  Turn add(EncodedRecord record) {
    lock.lock();
    try {
      if ((closed || suspended) && stream == JournalStream.PAYLOAD) {
        shedPayloads.incrementAndGet();
        return new Turn.Over(Appended.SHED);
      }
      PendingRun run = pending;
      long seq = ++lastSeq;
      count(run.add(new Frame(seq, 1, settings.clock().getAsLong(), record)));
      if (closed || suspended || stalled) {
        return new Turn.Over(Appended.PENDING);
      }
      if (writing) {
        return new Turn.Wait(run, run.join(), seq);
      }
      writing = true;
      pending = newRun();
      return new Turn.Lead(run, seq);
    } finally {
      lock.unlock();
    }
  }

  /** Takes over a run that this thread was made the writer of. */
  void takeOver(PendingRun run) {
    lock.lock();
    try {
      if (pending == run) {
        pending = newRun();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * How a write has ended.
   *
   * @param changed whether the queue was suspended by it, or is well again
   * @param next what the same thread writes next; empty when it is done
   */
  record Written(boolean changed, Optional<PendingRun> next) {}

  /** A run was written. */
  Written written(PendingRun run, long throughSeq) {
    lock.lock();
    try {
      boolean changed = suspended || stalled;
      suspended = false;
      stalled = false;
      writtenSeq = throughSeq;
      run.finish(Appended.KEPT);
      return new Written(changed, next());
    } finally {
      lock.unlock();
    }
  }

  /** A run could not be written beyond a number: what is left waits in memory from now on. */
  Written failed(PendingRun run, long throughSeq) {
    lock.lock();
    try {
      boolean changed = !suspended;
      suspended = true;
      stalled = false;
      writtenSeq = throughSeq;
      PendingRun all = newRun();
      run.frames().stream()
          .filter(frame -> frame.seq() > throughSeq)
          .forEach(frame -> count(all.add(frame)));
      pending.frames().forEach(frame -> count(all.add(frame)));
      boolean payload = stream == JournalStream.PAYLOAD;
      if (payload && !all.isEmpty()) {
        count(all.fold());
      }
      Appended outcome = payload ? Appended.SHED : Appended.PENDING;
      run.finish(outcome);
      pending.finish(outcome);
      pending = all;
      return new Written(changed, next());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets this thread try what a failure left in memory.
   *
   * @return what it is to write; nothing to write when the queue is well again by that; empty when
   *     it was not suspended, is being written, or is closed
   */
  Optional<PendingRun> resume() {
    lock.lock();
    try {
      if (!suspended || writing || closed) {
        return Optional.empty();
      }
      PendingRun run = pending;
      pending = newRun();
      if (run.isEmpty()) {
        suspended = false;
      } else {
        writing = true;
      }
      return Optional.of(run);
    } finally {
      lock.unlock();
    }
  }

  /** What became of a thread that would not wait any longer. */
  enum Leaving {
    /** It has to stay: the run is written, or it is to write it. */
    NOT_NOW,
    /** It has left, as others before it. */
    LEFT,
    /** It is the first to leave: the disk stalls. */
    STALLED
  }

  /** A thread that waits would leave. */
  Leaving leave(PendingRun run, PendingRun.Waiter waiter) {
    lock.lock();
    try {
      if (waiter.lead() || run.outcome() != null) {
        return Leaving.NOT_NOW;
      }
      run.leave(waiter);
      boolean first = !stalled;
      stalled = true;
      return first ? Leaving.STALLED : Leaving.LEFT;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more records; returns whether nobody writes, after waiting for it so long at most. */
  boolean close(Duration limit) {
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

  boolean isSuspended() {
    return suspended;
  }

  boolean isStalled() {
    return stalled;
  }

  /** The last number that was given out. */
  long lastSeq() {
    lock.lock();
    try {
      return lastSeq;
    } finally {
      lock.unlock();
    }
  }

  /** Up to where everything was written. */
  long writtenSeq() {
    lock.lock();
    try {
      return writtenSeq;
    } finally {
      lock.unlock();
    }
  }

  /** How many records are in memory only. */
  int size() {
    lock.lock();
    try {
      return pending.frames().size();
    } finally {
      lock.unlock();
    }
  }

  /** How many request logs lost their detail in memory. */
  long foldedLogs() {
    return foldedLogs.get();
  }

  /** How many payloads were dropped in memory. */
  long shedPayloads() {
    return shedPayloads.get();
  }

  /** After a write: what this thread goes on with; empty when another one does, or nobody. */
  private Optional<PendingRun> next() {
    if (suspended || pending.isEmpty()) {
      writing = false;
      idle.signalAll();
      return Optional.empty();
    }
    PendingRun next = pending;
    if (next.promote()) {
      return Optional.empty();
    }
    pending = newRun();
    return Optional.of(next);
  }

  private void count(Relief.Relieved relieved) {
    foldedLogs.addAndGet(relieved.logs());
    shedPayloads.addAndGet(relieved.shed());
  }

  private PendingRun newRun() {
    return new PendingRun(settings.memoryBytes(), settings.maxTotals());
  }
}
