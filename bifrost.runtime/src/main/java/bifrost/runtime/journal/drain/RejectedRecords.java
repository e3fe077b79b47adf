package bifrost.runtime.journal.drain;

import bifrost.api.journal.JournalStream;
import bifrost.api.journal.Writer;
import bifrost.runtime.journal.file.JournalFile;
import bifrost.runtime.journal.file.JournalFolder;
import bifrost.runtime.journal.record.ByteSink;
import bifrost.runtime.journal.segment.Frame;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that the store will not take, or that this version cannot read: put aside as files, so
 * that they neither stop the others nor are lost.
 */
final class RejectedRecords {
  private static final Logger LOG = LoggerFactory.getLogger(RejectedRecords.class);
  private static final int MAX_FILES = 10_000;

  private final JournalFolder folder;
  private final AtomicLong count = new AtomicLong();

  RejectedRecords(JournalFolder folder) {
    this.folder = folder;
  }

  long count() {
    return count.get();
  }

  void add(Writer writer, JournalStream stream, Frame frame, String reason) throws IOException {
    String name = "%s-%d-%d.record".formatted(stream.label(), writer.epoch(), frame.seq());
    List<String> names = folder.list();
    if (!names.contains(name) && names.size() < MAX_FILES) {
      ByteSink out = new ByteSink(frame.maxBytes());
      out.u8(frame.record().type()).u8(frame.record().version());
      out.raw(frame.record().body(), 0, frame.record().body().length);
      try (JournalFile file = folder.create(name)) {
        file.write(0, out.array(), 0, out.length());
        file.sync();
      }
    }
    count.incrementAndGet();
    LOG.warn(
        "journal: record {} of {} {} is put aside as {} in {}: {}",
        frame.seq(),
        writer,
        stream.label(),
        name,
        folder,
        reason);
  }
}
