package bifrost.runtime.journal.spool;

import bifrost.api.journal.JournalStream;
import bifrost.api.storage.StoredEntity;
import bifrost.runtime.journal.file.JournalFolder;
import bifrost.runtime.journal.record.MalformedRecordException;
import bifrost.runtime.journal.record.RecordCodec;
import bifrost.runtime.journal.record.SpoolRecord;
import bifrost.runtime.journal.segment.Frame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the rows of configuration that earlier lives of the node have journalled and not yet
 * drained, without taking anything away: a boot applies them, so that a change which was
 * acknowledged holds after a restart, also while the store is away.
 */
public final class ConfigScan {
  private ConfigScan() {}

  /**
   * The rows, oldest first; some of them may be stored already.
   *
   * @param root the folder of the journal, which nothing else reads or writes
   */
  public static List<StoredEntity> undrained(JournalFolder root) throws IOException {
    List<StoredEntity> rows = new ArrayList<>();
    for (String life : root.list()) {
      if (life.matches("[0-9]{19}")) {
        for (Spool spool : new SpoolRecovery(root.folder(life)).recover()) {
          if (spool.stream() == JournalStream.CONFIG) {
            for (Segment segment : spool.segments()) {
              Relief.read(spool, segment, frame -> add(frame, rows));
            }
          }
        }
      }
    }
    return rows;
  }

  private static void add(Frame frame, List<StoredEntity> rows) {
    try {
      if (RecordCodec.decode(frame.record()) instanceof SpoolRecord.Config(StoredEntity row)) {
        rows.add(row);
      }
    } catch (MalformedRecordException e) {
      // the drain puts it aside and reports it
    }
  }
}
