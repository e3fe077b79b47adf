package bifrost.runtime.journal.spool;

import bifrost.api.journal.Journal.Appended;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Up to where a spool survives a power cut, and the threads that wait for it. */
final class Durability {
  private static final Logger LOG = LoggerFactory.getLogger(Durability.class);

  private final String stream;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();
  private volatile long seq;
  private boolean failing;

  Durability(String stream, long startSeq) {
    this.stream = stream;
    this.seq = startSeq;
  }

  /** The last record that survives a power cut. */
  long seq() {
    return seq;
  }

  /** Brings what was written up to a number to disk. For one thread at a time. */
  void commit(long writtenSeq, RunWriter runs) {
    if (writtenSeq == seq) {
      return;
    }
    try {
      runs.sync();
    } catch (IOException e) {
      if (!failing) {
        LOG.warn(
            "journal: {} is not brought to disk, a power cut may lose it: {}",
            stream,
            e.toString());
      }
      failing = true;
      return;
    }
    failing = false;
    lock.lock();
    try {
      seq = Math.max(seq, writtenSeq);
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a record survives a power cut, no longer than a limit. */
  Appended await(long wanted, Duration limit) {
    long left = limit.toNanos();
    boolean interrupted = false;
    lock.lock();
    try {
      while (seq < wanted && left > 0) {
        try {
          left = grown.awaitNanos(left);
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
    return seq < wanted ? Appended.PENDING : Appended.KEPT;
  }
}
