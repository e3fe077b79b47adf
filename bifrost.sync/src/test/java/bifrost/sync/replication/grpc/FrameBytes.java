package bifrost.sync.replication.grpc;

import bifrost.sync.replication.message.SyncMessage;

/** How many bytes the messages of one direction of a link take, with the frame's head of gRPC. */
public final class FrameBytes {
  private static final int GRPC_HEAD = 5;
  private static final int HTTP2_HEAD = 9;

  private final FrameEncoder encoder = new FrameEncoder();

  /** The bytes of the next message. */
  public int of(SyncMessage message) {
    return encoder.encode(message).getSerializedSize() + GRPC_HEAD + HTTP2_HEAD;
  }
}
