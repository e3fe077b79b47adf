package bifrost.sync.membership.wire;

/** Why something that a peer sent was dropped; a metric's label. */
public enum DropReason {
  /** It ended too early. */
  TRUNCATED,
  /** It is not what the protocol says. */
  MALFORMED,
  /** A size, a count or a nesting is over its limit. */
  TOO_LARGE,
  /** Its type byte is not known. */
  UNKNOWN_TYPE,
  /** It is not encrypted, and this node has a key. */
  UNENCRYPTED,
  /** No key of this node opens it. */
  UNDECRYPTABLE,
  /** It carries the label of another cluster, or none. */
  LABEL,
  /** Its checksum is wrong. */
  CHECKSUM,
  /** Its sender speaks a version of the protocol that this node does not. */
  VERSION,
  /** It came faster than the limit for its sender. */
  RATE,
  /** Too much is waiting already. */
  OVERLOADED
}
