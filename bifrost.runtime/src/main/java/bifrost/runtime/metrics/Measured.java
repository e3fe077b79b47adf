package bifrost.runtime.metrics;

/**
 * What was measured of a request beside its record.
 *
 * @param bytesIn the size of its body, or -1 when it is unknown
 * @param bytesOut the size of its answer
 * @param chunks how many pieces the answer left in
 * @param upstreamNanos the time of its attempts
 * @param streamNanos the time between the first and the last piece
 */
public record Measured(
    long bytesIn, long bytesOut, long chunks, long upstreamNanos, long streamNanos) {}
