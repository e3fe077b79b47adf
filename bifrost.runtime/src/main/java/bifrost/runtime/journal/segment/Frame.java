package bifrost.runtime.journal.segment;

import bifrost.runtime.journal.record.ByteSink;
import bifrost.runtime.journal.record.EncodedRecord;
import java.util.zip.CRC32C;

/**
 * A record in its place in a stream.
 *
 * <p>On disk: marker (2 bytes), type, version, length of what follows the head (4), checksum (4),
 * sequence number (8); then span and time as numbers of variable length, the record, and zeros up
 * to a multiple of 8. The CRC32C covers the segment's salt and everything but itself and the zeros.
 *
 * @param seq the sequence number; the frame stands for all numbers from {@code seq - span + 1}
 * @param span how many numbers it stands for: 1, or more when records were folded into it
 * @param millis when it was appended
 * @param record the record
 */
public record Frame(long seq, long span, long millis, EncodedRecord record) {
  static final int HEAD = 20;
  static final int ALIGN = 8;
  static final int MARKER = 0xB1F0;

  /** Enough for the head, span, time and filling of any frame. */
  public static final int OVERHEAD = HEAD + 20 + ALIGN;

  private static final int CRC_AT = 8;

  /** Before the first sequence number that it stands for. */
  public long after() {
    return seq - span;
  }

  /** How many bytes it takes at most. */
  public int maxBytes() {
    return record.body().length + OVERHEAD;
  }

  /** Writes it for a segment with this header. */
  public void writeTo(ByteSink out, SegmentHeader header) {
    int start = out.length();
    out.u16(MARKER).u8(record.type()).u8(record.version()).u32(0).u32(0).u64(seq);
    int body = out.length();
    out.varint(span).signed(millis - header.createdMillis());
    out.raw(record.body(), 0, record.body().length);
    int length = out.length() - body;
    out.setU32(start + 4, length);
    out.setU32(start + CRC_AT, crc(header.salt(), out.array(), start, HEAD + length));
    out.align(ALIGN);
  }

  /** The checksum of a frame's bytes, without the checksum itself. */
  static int crc(long salt, byte[] bytes, int start, int length) {
    CRC32C crc = new CRC32C();
    for (int shift = 56; shift >= 0; shift -= 8) {
      crc.update((int) (salt >>> shift));
    }
    crc.update(bytes, start, CRC_AT);
    crc.update(bytes, start + CRC_AT + 4, length - CRC_AT - 4);
    return (int) crc.getValue();
  }
}
