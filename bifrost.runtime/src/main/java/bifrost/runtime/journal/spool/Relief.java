package bifrost.runtime.journal.spool;

import bifrost.runtime.journal.record.ByteSink;
import bifrost.runtime.journal.segment.Frame;
import bifrost.runtime.journal.segment.SegmentHeader;
import bifrost.runtime.journal.segment.SegmentReader;
import bifrost.runtime.journal.segment.SegmentWriter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Makes a spool smaller: folds accounting, sheds payloads. For one thread at a time. */
public final class Relief {
  private static final int WRITE_BYTES = 1 << 20;

  private final int maxTotals;
  private final LongSupplier salt;

  /**
   * With the bound of {@link Fold}.
   *
   * @param maxTotals how many totals a fold keeps by the hour
   * @param salt random numbers for segment headers
   */
  public Relief(int maxTotals, LongSupplier salt) {
    this.maxTotals = maxTotals;
    this.salt = salt;
  }

  /** What a relief came to: how many request logs lost their detail, how many payloads are gone. */
  public record Relieved(long logs, long shed, long lost) {
    /** Nothing could be done. */
    public static final Relieved NOTHING = new Relieved(0, 0, 0);
  }

  /**
   * Folds the oldest segments into one, until the spool takes no more than a number of bytes, or
   * nothing more can be folded.
   *
   * @throws IOException when it could not be written; then nothing has changed
   */
  public Relieved fold(Spool spool, long bytesLeft) throws IOException {
    List<Segment> taken = spool.take(bytesLeft);
    if (taken.isEmpty()) {
      return Relieved.NOTHING;
    }
    if (taken.size() == 1 && SegmentName.isFold(taken.getFirst().name())) {
      spool.replace(taken, taken);
      return Relieved.NOTHING;
    }
    Fold fold = new Fold(maxTotals);
    long lost = 0;
    Optional<Segment> folded;
    try {
      for (Segment segment : taken) {
        lost += read(spool, segment, fold::add);
      }
      folded = write(spool, taken, fold);
    } catch (IOException e) {
      spool.replace(taken, taken);
      throw e;
    }
    commit(spool, taken, folded);
    return new Relieved(fold.logs(), fold.payloads(), lost);
  }

  /** Deletes the oldest segments until the spool takes no more than a number of bytes. */
  public Relieved shed(Spool spool, long bytesLeft) throws IOException {
    List<Segment> taken = spool.take(bytesLeft);
    if (taken.isEmpty()) {
      return Relieved.NOTHING;
    }
    int deleted = 0;
    try {
      for (Segment segment : taken) {
        spool.folder().delete(segment.name());
        deleted++;
      }
    } finally {
      spool.replace(taken, taken.subList(deleted, taken.size()));
    }
    long records =
        taken.stream()
            .mapToLong(segment -> segment.lastSeq() - segment.header().firstSeq() + 1)
            .sum();
    return new Relieved(0, records, 0);
  }

  /** Reads a segment; returns how many sequence numbers are missing in it. */
  static long read(Spool spool, Segment segment, Consumer<Frame> taker) throws IOException {
    long until = spool.until(segment);
    try (SegmentReader reader = SegmentReader.open(spool.folder().open(segment.name()))) {
      while (true) {
        Optional<Frame> frame = reader.next(segment.end());
        if (frame.isEmpty() || frame.get().seq() >= until) {
          long tail = frame.isEmpty() ? spool.last(segment) - reader.lastSeq() : 0;
          return reader.lost() + Math.max(0, tail);
        }
        taker.accept(frame.get());
      }
    }
  }

  /** Writes the fold under a name that a recovery throws away. */
  private Optional<Segment> write(Spool spool, List<Segment> taken, Fold fold) throws IOException {
    if (fold.isEmpty()) {
      return Optional.empty();
    }
    long first = taken.getFirst().header().firstSeq();
    long last = spool.last(taken.getLast());
    SegmentHeader header =
        new SegmentHeader(
            spool.stream(),
            spool.writer(),
            first,
            taken.getFirst().header().createdMillis(),
            salt.getAsLong());
    String name = new SegmentName(spool.stream(), first, last, true).toString();
    String incomplete = name + SegmentName.INCOMPLETE;
    spool.folder().delete(incomplete);
    try {
      long end = write(spool, incomplete, header, fold.frames(first, last));
      return Optional.of(Segment.closed(name, header, last, end));
    } catch (IOException e) {
      spool.folder().delete(incomplete);
      throw e;
    }
  }

  /**
   * Puts the fold in the place of what it was made of. From the renaming on, a restart believes the
   * fold: when it is not known to survive a power cut, neither it nor the others may be read in
   * this life, so they stay taken.
   */
  private static void commit(Spool spool, List<Segment> taken, Optional<Segment> folded)
      throws IOException {
    if (folded.isPresent()) {
      String name = folded.get().name();
      spool.folder().rename(name + SegmentName.INCOMPLETE, name);
      spool.folder().sync();
    }
    spool.replace(taken, folded.stream().toList());
    for (Segment replaced : taken) {
      // A fold together with segments that hold nothing makes a fold of the same name.
      if (folded.filter(segment -> segment.name().equals(replaced.name())).isEmpty()) {
        spool.folder().delete(replaced.name());
      }
    }
  }

  private static long write(Spool spool, String name, SegmentHeader header, List<Frame> frames)
      throws IOException {
    SegmentWriter writer = SegmentWriter.create(spool.folder(), name, header, 0);
    try {
      ByteSink out = new ByteSink(WRITE_BYTES);
      for (Frame frame : frames) {
        frame.writeTo(out, header);
        if (out.length() >= WRITE_BYTES) {
          writer.write(out.array(), out.length());
          out.clear();
        }
      }
      writer.write(out.array(), out.length());
      writer.sync();
      return writer.position();
    } finally {
      writer.close();
    }
  }
}
