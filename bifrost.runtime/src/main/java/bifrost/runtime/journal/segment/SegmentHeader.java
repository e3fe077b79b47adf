package bifrost.runtime.journal.segment;

import bifrost.api.journal.JournalStream;
import bifrost.api.journal.Writer;
import bifrost.runtime.journal.record.ByteSink;
import bifrost.runtime.journal.record.ByteSource;
import bifrost.runtime.journal.record.MalformedRecordException;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The start of a segment: whose records it holds, and from where on. It is kept twice, since
 * without it no record of the segment can be believed.
 *
 * @param stream the stream
 * @param writer the node and epoch
 * @param firstSeq the first sequence number that it stands for; it takes the place of any record
 *     from there on in segments before it
 * @param createdMillis when it was made
 * @param salt goes into each record's checksum: bytes that a caller wrote into a record can never
 *     pass for a record
 */
public record SegmentHeader(
    JournalStream stream, Writer writer, long firstSeq, long createdMillis, long salt) {
  /** Where the records start. */
  public static final int BYTES = 2048;

  private static final int COPY = BYTES / 2;
  private static final long MAGIC = 0x4249_4652_4f53_544aL;
  private static final int VERSION = 1;

  /** Its bytes, {@link #BYTES} of them. */
  public byte[] toBytes() {
    ByteSink out = new ByteSink(BYTES);
    out.u64(MAGIC).u16(VERSION).text(stream.label()).text(writer.node()).u64(writer.epoch());
    out.u64(firstSeq).u64(createdMillis).u64(salt);
    CRC32C crc = new CRC32C();
    crc.update(out.array(), 0, out.length());
    out.u32((int) crc.getValue()).align(COPY);
    out.raw(out.toBytes(), 0, COPY);
    return out.toBytes();
  }

  /** Reads either copy. */
  public static SegmentHeader of(byte[] bytes) throws MalformedRecordException {
    try {
      return ofCopy(bytes, 0);
    } catch (MalformedRecordException | IllegalArgumentException first) {
      try {
        return ofCopy(bytes, COPY);
      } catch (MalformedRecordException | IllegalArgumentException second) {
        throw new MalformedRecordException("neither copy of its header is whole");
      }
    }
  }

  private static SegmentHeader ofCopy(byte[] bytes, int start) throws MalformedRecordException {
    ByteSource in = new ByteSource(bytes, start, Math.min(bytes.length, start + COPY));
    if (in.u64() != MAGIC) {
      throw new MalformedRecordException("it is no segment of a journal");
    }
    int version = in.u16();
    if (version != VERSION) {
      throw new MalformedRecordException(
          "its format is %d, this node knows %d".formatted(version, VERSION));
    }
    String label = in.text();
    SegmentHeader header =
        new SegmentHeader(
            Arrays.stream(JournalStream.values())
                .filter(stream -> stream.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown stream")),
            new Writer(in.text(), in.u64()),
            in.u64(),
            in.u64(),
            in.u64());
    CRC32C crc = new CRC32C();
    crc.update(bytes, start, in.position() - start);
    if ((int) crc.getValue() != in.u32()) {
      throw new MalformedRecordException("the checksum of its header is wrong");
    }
    return header;
  }
}
