package bifrost.runtime.journal.spool;

import bifrost.runtime.journal.segment.SegmentHeader;

/** A segment as its spool knows it. The writer of the segment moves its end on; others read. */
final class Segment {
  private final String name;
  private final SegmentHeader header;
  private volatile long lastSeq;
  private volatile long end;
  private volatile long bytes;
  private volatile boolean sealed;
  private boolean folding;

  private Segment(String name, SegmentHeader header, long lastSeq, long end, boolean sealed) {
    this.name = name;
    this.header = header;
    this.lastSeq = lastSeq;
    this.end = end;
    this.bytes = end;
    this.sealed = sealed;
  }

  /** One that is being written. */
  static Segment open(String name, SegmentHeader header) {
    return new Segment(name, header, header.firstSeq() - 1, SegmentHeader.BYTES, false);
  }

  /** One that will not change. */
  static Segment closed(String name, SegmentHeader header, long lastSeq, long end) {
    return new Segment(name, header, lastSeq, end, true);
  }

  String name() {
    return name;
  }

  SegmentHeader header() {
    return header;
  }

  /** The last sequence number in it, or the one before its first. */
  long lastSeq() {
    return lastSeq;
  }

  /** Up to where it may be read. */
  long end() {
    return end;
  }

  /** What it takes on disk. */
  long bytes() {
    return bytes;
  }

  /** Whether nothing will be written to it any more; read before {@link #end}. */
  boolean isSealed() {
    return sealed;
  }

  void written(long seq, long position, long allocated) {
    lastSeq = seq;
    end = position;
    bytes = allocated;
  }

  void seal() {
    bytes = end;
    sealed = true;
  }

  /** Whether it is about to be replaced; guarded by the spool's lock, as is the setter. */
  boolean isFolding() {
    return folding;
  }

  void setFolding(boolean folding) {
    this.folding = folding;
  }
}
