package bifrost.runtime.journal.drain;

import java.time.Duration;

/**
 * How a journal is drained.
 *
 * @param batchRows how many records a batch holds at most
 * @param batchBytes how many bytes of records a batch holds at most, a single larger record aside
 * @param interval how long records wait to be drained together
 * @param rowsPerSecond how many records are drained in a second at most
 * @param retryFloor the upper bound of the first wait after a failure
 * @param retryCeiling the upper bound of any wait after a failure
 */
public record DrainSettings(
    int batchRows,
    int batchBytes,
    Duration interval,
    int rowsPerSecond,
    Duration retryFloor,
    Duration retryCeiling) {}
