package bifrost.runtime.journal.spool;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How a spool is written.
 *
 * @param segmentBytes how large a segment gets
 * @param memoryBytes how much may wait in memory before it is folded
 * @param waitForDisk whether appending waits for the disk, not only for the page cache
 * @param appendWait how long appending waits for a disk that hangs
 * @param maxTotals how many totals a fold keeps by the hour
 * @param clock the time, in milliseconds since the epoch
 * @param salt random numbers for segment headers
 */
public record SpoolSettings(
    long segmentBytes,
    long memoryBytes,
    boolean waitForDisk,
    Duration appendWait,
    int maxTotals,
    LongSupplier clock,
    LongSupplier salt) {}
