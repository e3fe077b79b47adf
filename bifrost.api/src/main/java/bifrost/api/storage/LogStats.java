package bifrost.api.storage;

/**
 * Sums over request logs.
 *
 * @param requests how many requests there were
 * @param succeeded how many of them ended without an error
 * @param inputTokens their input tokens
 * @param outputTokens their output tokens
 * @param costNanos what was charged for them, in billionths of a US dollar
 * @param logged how many of the requests have a log of their own, and not only a share in a total
 * @param latencyMicros the sum of the times of those
 */
public record LogStats(
    long requests,
    long succeeded,
    long inputTokens,
    long outputTokens,
    long costNanos,
    long logged,
    long latencyMicros) {}
