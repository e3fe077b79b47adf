package bifrost.sync.replication.grpc;

import bifrost.sync.replication.grpc.v1.Wire;
import bifrost.sync.replication.message.Bounds;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * Counts what a frame holds before anything of it is made into objects, so that a frame of a few
 * bytes per entry cannot take many times its size in memory.
 */
final class FrameScan {
  /** The most fields of a frame altogether: full lists, and what each of their entries says. */
  private static final int MAX_FIELDS = 16 * Bounds.MAX_ENTRIES;

  /** The most bytes of a number in a packed list. */
  private static final int MAX_PACKED = 10 * Bounds.MAX_ENTRIES;

  private static final int MAX_DEPTH = 8;

  private int fields;

  private FrameScan() {}

  /**
   * Refuses a frame that holds too much or is malformed.
   *
   * @throws IOException with the reason
   */
  static void check(byte[] frame) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(frame);
    new FrameScan().scan(in, Wire.Frame.getDescriptor(), 0);
  }

  private void scan(CodedInputStream in, Descriptor type, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IOException("a frame is nested deeper than " + MAX_DEPTH);
    }
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (++fields > MAX_FIELDS) {
        throw new IOException("a frame has more than " + MAX_FIELDS + " fields");
      }
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        in.skipField(tag);
        continue;
      }
      int length = in.readRawVarint32();
      if (field != null && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        int outer = in.pushLimit(length);
        scan(in, field.getMessageType(), depth + 1);
        in.checkLastTagWas(0);
        in.popLimit(outer);
      } else if (field != null && field.isPackable() && length > MAX_PACKED) {
        throw new IOException(
            "a frame has %d bytes of '%s', at most %d are taken"
                .formatted(length, field.getName(), MAX_PACKED));
      } else {
        in.skipRawBytes(length);
      }
    }
  }
}
