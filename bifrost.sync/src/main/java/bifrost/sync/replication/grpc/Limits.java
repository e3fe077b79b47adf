package bifrost.sync.replication.grpc;

/** Bounds and times of a connection that both sides share. */
final class Limits {
  /** The name of the service in the contract. */
  static final String SERVICE = "bifrost.replication.v1.Replication";

  /** The most bytes of the headers of a call. */
  static final int METADATA = 8 << 10;

  /** The bytes that may be on the way unread: 12 MB/s at a round trip of 80 ms. */
  static final int WINDOW = 1 << 20;

  /** After how much silence a connection is probed. */
  static final int KEEPALIVE_SECONDS = 20;

  /** How long an answer to that may take. */
  static final int KEEPALIVE_TIMEOUT_SECONDS = 10;

  private Limits() {}
}
