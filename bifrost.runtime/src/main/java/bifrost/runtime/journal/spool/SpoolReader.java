package bifrost.runtime.journal.spool;

import bifrost.runtime.journal.segment.Frame;
import bifrost.runtime.journal.segment.SegmentReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a spool from the store's watermark on, and deletes what the store has. For one thread at a
 * time.
 */
public final class SpoolReader {
  private final Spool spool;
  private Segment segment;
  private SegmentReader reader;
  private long confirmed;
  private long read;

  /** Starts after a watermark. */
  public SpoolReader(Spool spool, long watermark) {
    this.spool = spool;
    this.confirmed = watermark;
    this.read = watermark;
  }

  /**
   * A run of records of one segment.
   *
   * @param through the last sequence number that it stands for
   * @param frames the records; none when the rest of the segment holds none
   * @param lost how many sequence numbers are missing between them
   * @param skipped how many are missing before or after all records of the segment: of payloads,
   *     those were shed
   */
  public record Run(long through, List<Frame> frames, long lost, long skipped) {
    /** Copies the list. */
    public Run {
      frames = List.copyOf(frames);
    }
  }

  /** Up to where everything was confirmed. */
  public long confirmed() {
    return confirmed;
  }

  /**
   * Reads the next records. Nothing is taken away before {@link #confirm}; until then, a second
   * call goes on behind the first.
   *
   * @return empty when there is nothing that may be read now
   */
  public Optional<Run> read(int maxRecords, int maxBytes) throws IOException {
    if (segment == null && !openOldest()) {
      return Optional.empty();
    }
    boolean sealed = segment.isSealed();
    long until = spool.until(segment);
    List<Frame> frames = new ArrayList<>();
    long bytes = 0;
    long lost = 0;
    long skipped = Math.max(0, segment.header().firstSeq() - 1 - read);
    read += skipped;
    while (frames.size() < maxRecords && bytes < maxBytes) {
      Optional<Frame> next = reader.next(segment.end());
      if (next.isEmpty() || next.get().seq() >= until) {
        break;
      }
      Frame frame = next.get();
      if (frame.seq() > read) {
        lost += Math.max(0, frame.after() - read);
        read = frame.seq();
        bytes += frame.maxBytes();
        frames.add(frame);
      }
    }
    if (frames.isEmpty()) {
      if (!sealed) {
        read -= skipped;
        return Optional.empty();
      }
      long tail = Math.max(0, spool.last(segment) - read);
      skipped += tail;
      read += tail;
    }
    return Optional.of(new Run(read, frames, lost, skipped));
  }

  /**
   * Everything up to here is in the store, or need not get there.
   *
   * @throws IOException when the segment could not be deleted: to be called again
   */
  public void confirm(long through) throws IOException {
    confirmed = Math.max(confirmed, through);
    if (segment != null && segment.isSealed() && confirmed >= spool.last(segment)) {
      spool.retire(segment);
      close();
    }
  }

  /** Starts again after a watermark, which may be before what was confirmed. */
  public void rewind(long watermark) throws IOException {
    close();
    confirmed = watermark;
    read = watermark;
  }

  /** Closes the file that is being read. */
  public void close() throws IOException {
    SegmentReader open = reader;
    segment = null;
    reader = null;
    if (open != null) {
      open.close();
    }
  }

  private boolean openOldest() throws IOException {
    Optional<Segment> oldest = spool.oldest();
    if (oldest.isEmpty()) {
      return false;
    }
    reader = SegmentReader.open(spool.folder().open(oldest.get().name()));
    segment = oldest.get();
    read = confirmed;
    return true;
  }
}
