package bifrost.sync.replication.message;

/** What is compared by digests. */
public enum Log {
  /** The versions of the configuration. */
  CHANGES,
  /** The slots of the ledger. */
  COUNTERS
}
