package bifrost.runtime.journal.spool;

import bifrost.api.journal.JournalStream;
import bifrost.runtime.journal.file.JournalFile;
import bifrost.runtime.journal.file.JournalFolder;
import bifrost.runtime.journal.record.ByteSink;
import bifrost.runtime.journal.record.ByteSource;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * How far a node's streams had got when its journal was closed: the component may be started again
 * within one life of the node, and then goes on from there.
 */
public final class Positions {
  private static final String NAME = "positions";
  private static final int BYTES = 8 * JournalStream.values().length + 4;

  private final JournalFolder folder;

  /** Of a life's folder. */
  public Positions(JournalFolder folder) {
    this.folder = folder;
  }

  /** The last numbers that were given out; 0 where nothing is known. */
  public Map<JournalStream, Long> read() throws IOException {
    Map<JournalStream, Long> positions = new EnumMap<>(JournalStream.class);
    for (JournalStream stream : JournalStream.values()) {
      positions.put(stream, 0L);
    }
    if (!folder.list().contains(NAME)) {
      return positions;
    }
    byte[] bytes = new byte[BYTES];
    try (JournalFile file = folder.open(NAME)) {
      if (file.read(0, bytes, 0, BYTES) != BYTES) {
        return positions;
      }
    }
    ByteSource in = new ByteSource(bytes, 0, BYTES);
    Map<JournalStream, Long> stored = new EnumMap<>(JournalStream.class);
    for (JournalStream stream : JournalStream.values()) {
      stored.put(stream, in.u64());
    }
    return in.u32() == crc(bytes) ? stored : positions;
  }

  /** Keeps them. */
  public void write(Map<JournalStream, Long> positions) throws IOException {
    ByteSink out = new ByteSink(BYTES);
    for (JournalStream stream : JournalStream.values()) {
      out.u64(positions.get(stream));
    }
    out.u32(crc(out.toBytes()));
    String incomplete = NAME + SegmentName.INCOMPLETE;
    folder.delete(incomplete);
    try (JournalFile file = folder.create(incomplete)) {
      file.write(0, out.array(), 0, out.length());
      file.sync();
    }
    folder.rename(incomplete, NAME);
    folder.sync();
  }

  /** Deletes them, with the folder where nothing else is in it. */
  public void discard() throws IOException {
    if (folder.list().equals(List.of(NAME))) {
      folder.delete(NAME);
    }
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, BYTES - 4);
    return (int) crc.getValue();
  }
}
