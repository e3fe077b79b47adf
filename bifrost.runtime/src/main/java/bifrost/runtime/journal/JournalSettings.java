package bifrost.runtime.journal;

import bifrost.api.model.InvalidConfigException;
import bifrost.runtime.journal.drain.DrainSettings;
import java.time.Duration;

/**
 * Valid settings of the journal.
 *
 * @param waitForDisk whether appending waits for the disk, not only for the page cache
 * @param commitInterval how long records wait to be brought to disk together
 * @param segmentBytes how large a segment gets
 * @param accountingMaxBytes what accounting may take on disk before it is folded
 * @param payloadMaxBytes what payloads may take on disk before the oldest are shed
 * @param payloadBodyBytes where a body is cut
 * @param memoryBytes what may wait in memory, of each stream, before it is folded
 * @param maxTotals how many totals a fold keeps by the hour
 * @param refuseWhenFull whether metered requests are refused while the disk takes nothing
 * @param reserveBytes what is set aside on disk for folding when the disk is full
 * @param drain how it is drained
 */
record JournalSettings(
    boolean waitForDisk,
    Duration commitInterval,
    long segmentBytes,
    long accountingMaxBytes,
    long payloadMaxBytes,
    int payloadBodyBytes,
    long memoryBytes,
    int maxTotals,
    boolean refuseWhenFull,
    int reserveBytes,
    DrainSettings drain) {
  private static final long MIB = 1 << 20;

  /** The settings of a configuration; refuses what is out of range by its name. */
  static JournalSettings from(JournalConfig config) {
    int segment = range("segment.mib", config.segment_mib(), 1, 1_024);
    return new JournalSettings(
        oneOf("durability", config.durability(), "power", "process"),
        Duration.ofMillis(range("commit.interval.ms", config.commit_interval_ms(), 1, 1_000)),
        segment * MIB,
        range("accounting.max.mib", config.accounting_max_mib(), 4 * segment, 1 << 20) * MIB,
        range("payload.max.mib", config.payload_max_mib(), 4 * segment, 1 << 20) * MIB,
        range("payload.body.kib", config.payload_body_kib(), 1, 4_096) << 10,
        8 * MIB,
        50_000,
        oneOf("disk.full", config.disk_full(), "refuse", "serve"),
        (int) (8 * MIB),
        new DrainSettings(
            range("drain.batch.rows", config.drain_batch_rows(), 1, 50_000),
            range("drain.batch.kib", config.drain_batch_kib(), 16, 65_536) << 10,
            Duration.ofMillis(range("drain.interval.ms", config.drain_interval_ms(), 1, 60_000)),
            range("drain.rows.per.second", config.drain_rows_per_second(), 100, 10_000_000),
            Duration.ofMillis(100),
            Duration.ofSeconds(15)));
  }

  private static int range(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidConfigException(
          JournalConfig.PID + "." + name, "it is %d, use %d to %d".formatted(value, least, most));
    }
    return value;
  }

  private static boolean oneOf(String name, String value, String yes, String no) {
    if (!value.equals(yes) && !value.equals(no)) {
      throw new InvalidConfigException(
          JournalConfig.PID + "." + name, "it is '%s', use %s or %s".formatted(value, yes, no));
    }
    return value.equals(yes);
  }
}
