package bifrost.runtime.journal;

/**
 * Settings of the journal, PID {@code bifrost.runtime.journal}; {@code docs/journal.md} has them.
 */
public @interface JournalConfig {
  String PID = "bifrost.runtime.journal";

  /** What a record must survive before appending returns: {@code process} or {@code power}. */
  String durability() default "process";

  /** How long records wait to be brought to disk together, in milliseconds. */
  int commit_interval_ms() default 5;

  /** The size of a segment file, in MiB. */
  int segment_mib() default 64;

  /** What accounting may take on disk before it is folded, in MiB. */
  int accounting_max_mib() default 2_048;

  /** What payloads may take on disk before the oldest are shed, in MiB. */
  int payload_max_mib() default 1_024;

  /** Where the body of a request or response is cut, in KiB. */
  int payload_body_kib() default 256;

  /**
   * What to do with metered requests while the disk takes nothing: {@code refuse} or {@code serve}.
   */
  String disk_full() default "refuse";

  /** How many records a batch holds at most. */
  int drain_batch_rows() default 2_000;

  /** How many bytes of records a batch holds at most, in KiB. */
  int drain_batch_kib() default 4_096;

  /** How long records wait to be drained together, in milliseconds. */
  int drain_interval_ms() default 250;

  /** How many records are drained in a second at most. */
  int drain_rows_per_second() default 20_000;
}
