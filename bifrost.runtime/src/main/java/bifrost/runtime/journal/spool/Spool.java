package bifrost.runtime.journal.spool;

import bifrost.api.journal.JournalStream;
import bifrost.api.journal.Writer;
import bifrost.runtime.journal.file.JournalFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The records of one stream of one writer that are not known to be in the store: segments, oldest
 * first.
 *
 * <p>The oldest segment belongs to the reader: some of it may have been sent, so it is neither
 * folded nor shed, and nothing of the next one is sent before its deletion has reached the disk.
 * That is why folding can never count what the store already has. Safe for any thread; no lock is
 * held across I/O.
 */
public final class Spool {
  private final JournalFolder folder;
  private final JournalStream stream;
  private final Writer writer;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Segment> segments = new ArrayList<>();

  /** An empty spool; files appear when something is written. */
  public Spool(JournalFolder folder, JournalStream stream, Writer writer) {
    this.folder = folder;
    this.stream = stream;
    this.writer = writer;
  }

  /** Its stream. */
  public JournalStream stream() {
    return stream;
  }

  /** Who wrote it. */
  public Writer writer() {
    return writer;
  }

  /** What it takes on disk. */
  public long bytes() {
    lock.lock();
    try {
      return segments.stream().mapToLong(Segment::bytes).sum();
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is no segment left. */
  public boolean isEmpty() {
    lock.lock();
    try {
      return segments.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Whether some of it was folded. */
  public boolean hasFold() {
    lock.lock();
    try {
      return segments.stream().anyMatch(segment -> SegmentName.isFold(segment.name()));
    } finally {
      lock.unlock();
    }
  }

  /** The last sequence number in it; 0 when there is none. */
  public long lastSeq() {
    lock.lock();
    try {
      return segments.isEmpty() ? 0 : segments.getLast().lastSeq();
    } finally {
      lock.unlock();
    }
  }

  /** When its oldest segment was begun; the end of time when there is none. */
  public long oldestMillis() {
    lock.lock();
    try {
      return segments.isEmpty() ? Long.MAX_VALUE : segments.getFirst().header().createdMillis();
    } finally {
      lock.unlock();
    }
  }

  JournalFolder folder() {
    return folder;
  }

  List<Segment> segments() {
    lock.lock();
    try {
      return List.copyOf(segments);
    } finally {
      lock.unlock();
    }
  }

  void add(Segment segment) {
    lock.lock();
    try {
      segments.add(segment);
    } finally {
      lock.unlock();
    }
  }

  /** The segment that is to be read now; empty when there is none, or when it is being replaced. */
  Optional<Segment> oldest() {
    lock.lock();
    try {
      return segments.isEmpty() || segments.getFirst().isFolding()
          ? Optional.empty()
          : Optional.of(segments.getFirst());
    } finally {
      lock.unlock();
    }
  }

  /** The first sequence number that a later segment stands for. */
  long until(Segment segment) {
    lock.lock();
    try {
      int next = segments.indexOf(segment) + 1;
      return next < segments.size() ? segments.get(next).header().firstSeq() : Long.MAX_VALUE;
    } finally {
      lock.unlock();
    }
  }

  /** The last sequence number that a sealed segment stands for. */
  long last(Segment segment) {
    long until = until(segment);
    return until == Long.MAX_VALUE ? segment.lastSeq() : until - 1;
  }

  /** Deletes a segment that was read to its end; returns when the deletion survives a power cut. */
  void retire(Segment segment) throws IOException {
    folder.delete(segment.name());
    folder.sync();
    lock.lock();
    try {
      segments.remove(segment);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes sealed segments out of the reader's way, the oldest first, until those left take no more
   * than a number of bytes.
   *
   * @return them, to be replaced or deleted; empty when none can be taken
   */
  List<Segment> take(long bytesLeft) {
    lock.lock();
    try {
      long total = segments.stream().mapToLong(Segment::bytes).sum();
      List<Segment> taken = new ArrayList<>();
      for (Segment segment : segments.subList(Math.min(1, segments.size()), segments.size())) {
        if (!segment.isSealed() || segment.isFolding() || total <= bytesLeft) {
          break;
        }
        total -= segment.bytes();
        segment.setFolding(true);
        taken.add(segment);
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends what {@link #take} began: puts other segments in the place of those, or puts them back.
   */
  void replace(List<Segment> taken, List<Segment> others) {
    lock.lock();
    try {
      int index = segments.indexOf(taken.getFirst());
      segments.removeAll(taken);
      segments.addAll(index, others);
      others.forEach(segment -> segment.setFolding(false));
    } finally {
      lock.unlock();
    }
  }
}
