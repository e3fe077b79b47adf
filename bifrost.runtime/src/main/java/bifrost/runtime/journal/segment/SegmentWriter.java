package bifrost.runtime.journal.segment;

import bifrost.runtime.journal.file.JournalFile;
import bifrost.runtime.journal.file.JournalFolder;
import java.io.Closeable;
import java.io.IOException;

/**
 * Writes a segment from its start to its end. Room is made ahead of the records, so that a disk
 * that fills up is noticed between them. One thread writes at a time; {@link #sync} is safe for
 * another one.
 */
public final class SegmentWriter implements Closeable {
  private static final int STEP = 1 << 20;
  private static final byte[] ZEROS = new byte[64 << 10];

  private final JournalFile file;
  private final SegmentHeader header;
  private final long capacity;
  private long position = SegmentHeader.BYTES;
  private long allocated = SegmentHeader.BYTES;

  private SegmentWriter(JournalFile file, SegmentHeader header, long capacity) {
    this.file = file;
    this.header = header;
    this.capacity = capacity;
  }

  /** Makes the file and writes the header; nothing is left behind when that fails. */
  public static SegmentWriter create(
      JournalFolder folder, String name, SegmentHeader header, long capacity) throws IOException {
    JournalFile file = folder.create(name);
    try {
      file.write(0, header.toBytes(), 0, SegmentHeader.BYTES);
      return new SegmentWriter(file, header, capacity);
    } catch (IOException e) {
      file.close();
      folder.delete(name);
      throw e;
    }
  }

  /** What the records are written under. */
  public SegmentHeader header() {
    return header;
  }

  /** The end of what was written. */
  public long position() {
    return position;
  }

  /** How many bytes it takes on disk. */
  public long allocated() {
    return allocated;
  }

  /** Whether so many bytes still go in; a segment without any record takes them all. */
  public boolean hasRoom(long bytes) {
    return position == SegmentHeader.BYTES || position + bytes <= capacity;
  }

  /** Writes whole frames. After a failure the segment takes no more. */
  public void write(byte[] bytes, int length) throws IOException {
    long end = position + length;
    while (allocated < end || allocated < capacity && allocated - end < STEP / 4) {
      long target = Math.max(end, Math.min(capacity, allocated + STEP));
      while (allocated < target) {
        int count = (int) Math.min(ZEROS.length, target - allocated);
        file.write(allocated, ZEROS, 0, count);
        allocated += count;
      }
    }
    file.write(position, bytes, 0, length);
    position = end;
  }

  /** Waits until what was written survives a power cut. */
  public void sync() throws IOException {
    file.sync();
  }

  /** Gives the unused end of the file back and closes it. */
  @Override
  public void close() throws IOException {
    try {
      file.truncate(position);
      allocated = position;
    } finally {
      file.close();
    }
  }
}
