package bifrost.runtime.journal.spool;

import bifrost.runtime.journal.record.ByteSink;
import bifrost.runtime.journal.segment.Frame;
import bifrost.runtime.journal.segment.SegmentHeader;
import bifrost.runtime.journal.segment.SegmentWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes runs of records to a spool's segments. One thread writes at a time; another one may sync.
 */
final class RunWriter {
  private static final Logger LOG = LoggerFactory.getLogger(RunWriter.class);

  private final Spool spool;
  private final SpoolSettings settings;
  private final ByteSink out = new ByteSink(64 << 10);
  private SegmentWriter writer;
  private Segment segment;
  private long bufferedSeq;
  private long writtenSeq;
  private long names;

  private final ReentrantLock lock = new ReentrantLock();
  private final List<SegmentWriter> toClose = new ArrayList<>();
  private SegmentWriter toSync;
  private boolean folderChanged;

  RunWriter(Spool spool, SpoolSettings settings) {
    this.spool = spool;
    this.settings = settings;
    this.names = settings.clock().getAsLong();
  }

  /** Writes records; when it fails, {@link #writtenSeq} says which of them were written. */
  void write(List<Frame> frames) throws IOException {
    try {
      for (Frame frame : frames) {
        if (writer == null || !writer.hasRoom(out.length() + (long) frame.maxBytes())) {
          flush();
          roll(frame.after() + 1);
        }
        frame.writeTo(out, writer.header());
        bufferedSeq = frame.seq();
      }
      flush();
    } catch (IOException e) {
      out.clear();
      abandon();
      throw e;
    }
  }

  /** The last record that was written. */
  long writtenSeq() {
    return writtenSeq;
  }

  private void flush() throws IOException {
    if (out.length() > 0) {
      writer.write(out.array(), out.length());
      segment.written(bufferedSeq, writer.position(), writer.allocated());
      writtenSeq = bufferedSeq;
      out.clear();
    }
  }

  private void roll(long firstSeq) throws IOException {
    abandon();
    SegmentHeader header =
        new SegmentHeader(
            spool.stream(),
            spool.writer(),
            firstSeq,
            settings.clock().getAsLong(),
            settings.salt().getAsLong());
    String name = new SegmentName(spool.stream(), firstSeq, names++, false).toString();
    writer = SegmentWriter.create(spool.folder(), name, header, settings.segmentBytes());
    segment = Segment.open(name, header);
    spool.add(segment);
    lock.lock();
    try {
      toSync = writer;
      folderChanged = true;
    } finally {
      lock.unlock();
    }
  }

  /** Seals the segment that is being written, if there is one. */
  private void abandon() {
    if (writer == null) {
      return;
    }
    segment.seal();
    lock.lock();
    try {
      toClose.add(writer);
      toSync = null;
    } finally {
      lock.unlock();
    }
    writer = null;
    segment = null;
  }

  /** Makes what was written survive a power cut. */
  void sync() throws IOException {
    List<SegmentWriter> sealed;
    SegmentWriter current;
    boolean folder;
    lock.lock();
    try {
      sealed = List.copyOf(toClose);
      toClose.clear();
      current = toSync;
      folder = folderChanged;
      folderChanged = false;
    } finally {
      lock.unlock();
    }
    IOException failure = null;
    for (SegmentWriter each : sealed) {
      try (each) {
        each.sync();
      } catch (IOException e) {
        failure = e;
      }
    }
    try {
      if (current != null) {
        current.sync();
      }
      if (folder) {
        spool.folder().sync();
      }
    } catch (IOException e) {
      lock.lock();
      try {
        folderChanged |= folder;
      } finally {
        lock.unlock();
      }
      throw e;
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Seals and closes what is open. */
  void close() {
    abandon();
    try {
      sync();
    } catch (IOException e) {
      LOG.warn("journal: {} was not closed cleanly: {}", spool.stream().label(), e.toString());
    }
  }
}
