package bifrost.runtime.journal.segment;

import bifrost.runtime.journal.file.JournalFile;
import bifrost.runtime.journal.record.ByteSource;
import bifrost.runtime.journal.record.EncodedRecord;
import bifrost.runtime.journal.record.MalformedRecordException;
import bifrost.runtime.journal.record.RecordCodec;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads the frames of a segment, in order. Damage never ends the reading: it goes on with the next
 * frame that is whole, and sequence numbers that are missing are counted. Not thread-safe.
 */
public final class SegmentReader implements Closeable {
  private static final int CHUNK = 256 << 10;
  private static final int MAX_LENGTH = RecordCodec.MAX_BYTES + Frame.OVERHEAD;

  private final JournalFile file;
  private final SegmentHeader header;
  private byte[] buffer = new byte[CHUNK];
  private long bufferAt = SegmentHeader.BYTES;
  private int buffered;
  private long position = SegmentHeader.BYTES;
  private long lastSeq;
  private long lost;

  private SegmentReader(JournalFile file, SegmentHeader header) {
    this.file = file;
    this.header = header;
    this.lastSeq = header.firstSeq() - 1;
  }

  /**
   * Starts to read; the file is closed with the reader, and when its header cannot be read.
   *
   * @throws MalformedRecordException when it is no segment, or both copies of its header are
   *     damaged
   */
  public static SegmentReader open(JournalFile file) throws IOException {
    try {
      byte[] bytes = new byte[SegmentHeader.BYTES];
      int read = 0;
      while (read < bytes.length) {
        int count = file.read(read, bytes, read, bytes.length - read);
        if (count < 0) {
          break;
        }
        read += count;
      }
      return new SegmentReader(file, SegmentHeader.of(Arrays.copyOf(bytes, read)));
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Whose records these are. */
  public SegmentHeader header() {
    return header;
  }

  /** The end of the last frame that was returned. */
  public long position() {
    return position;
  }

  /** The sequence number of the last frame that was returned, or the one before the first. */
  public long lastSeq() {
    return lastSeq;
  }

  /** How many sequence numbers were missing so far, between frames. */
  public long lost() {
    return lost;
  }

  /**
   * The next whole frame.
   *
   * @param limit the position up to which the segment is written
   * @return empty at the end; more may follow when the limit has moved on
   */
  public Optional<Frame> next(long limit) throws IOException {
    for (long at = position; at + Frame.HEAD < limit; at += Frame.ALIGN) {
      if (!load(at, Frame.HEAD, limit)) {
        return Optional.empty();
      }
      int start = (int) (at - bufferAt);
      if (buffer[start] != (byte) (Frame.MARKER >>> 8)
          || buffer[start + 1] != (byte) Frame.MARKER) {
        continue;
      }
      Optional<Frame> frame = frameAt(at, limit);
      if (frame.isPresent()) {
        return frame;
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private Optional<Frame> frameAt(long at, long limit) throws IOException {
    ByteSource head = source(at, Frame.HEAD);
    head.u16();
    int type = head.u8();
    int version = head.u8();
    int length = head.u32();
    int crc = head.u32();
    long seq = head.u64();
    int whole = Frame.HEAD + length;
    if (length < 2 || length > MAX_LENGTH || seq <= lastSeq || !load(at, whole, limit)) {
      return Optional.empty();
    }
    int start = (int) (at - bufferAt);
    if (Frame.crc(header.salt(), buffer, start, whole) != crc) {
      return Optional.empty();
    }
    ByteSource body = source(at + Frame.HEAD, length);
    long span;
    long millis;
    try {
      span = body.varint();
      millis = header.createdMillis() + body.signed();
    } catch (MalformedRecordException e) {
      return Optional.empty();
    }
    if (span < 1 || seq - span < lastSeq) {
      return Optional.empty();
    }
    byte[] bytes = Arrays.copyOfRange(buffer, body.position(), start + whole);
    lost += seq - span - lastSeq;
    lastSeq = seq;
    position = at + (whole + Frame.ALIGN - 1) / Frame.ALIGN * Frame.ALIGN;
    return Optional.of(new Frame(seq, span, millis, new EncodedRecord(type, version, bytes)));
  }

  private ByteSource source(long at, int length) {
    int start = (int) (at - bufferAt);
    return new ByteSource(buffer, start, start + length);
  }

  /** Brings a range into the buffer; false when it goes past the limit or the end of the file. */
  private boolean load(long at, int length, long limit) throws IOException {
    if (at + length > limit) {
      return false;
    }
    if (at >= bufferAt && at + length <= bufferAt + buffered) {
      return true;
    }
    byte[] next = length > buffer.length ? new byte[length] : buffer;
    int kept = 0;
    if (at >= bufferAt && at < bufferAt + buffered) {
      kept = (int) (bufferAt + buffered - at);
      System.arraycopy(buffer, (int) (at - bufferAt), next, 0, kept);
    }
    buffer = next;
    bufferAt = at;
    buffered = kept;
    while (buffered < length) {
      int room = (int) Math.min(buffer.length - buffered, limit - at - buffered);
      int count = file.read(bufferAt + buffered, buffer, buffered, room);
      if (count <= 0) {
        return false;
      }
      buffered += count;
    }
    return true;
  }
}
