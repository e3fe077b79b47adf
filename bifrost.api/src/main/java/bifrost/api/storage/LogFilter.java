package bifrost.api.storage;

import bifrost.api.model.Operation;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which request logs are wanted: those that fulfil every condition. An empty set is no condition.
 *
 * @param fromMillis the earliest start, in milliseconds since the epoch
 * @param untilMillis the start from which on no more are wanted
 * @param operations what was asked
 * @param providers the provider that served last; the empty text for requests that none served
 * @param models the model as the caller named it, without the provider
 * @param virtualKeyIds the virtual key that was charged
 * @param teamIds the team that was charged
 * @param customerIds the customer that was charged
 * @param errorTypes the type of the error
 * @param succeeded whether it ended without an error
 * @param latencyMicros the time from the first byte in to the last byte out
 * @param tokens input and output tokens together
 * @param costNanos what was charged, in billionths of a US dollar
 */
public record LogFilter(
    long fromMillis,
    long untilMillis,
    Set<Operation> operations,
    Set<String> providers,
    Set<String> models,
    Set<String> virtualKeyIds,
    Set<String> teamIds,
    Set<String> customerIds,
    Set<String> errorTypes,
    Optional<Boolean> succeeded,
    Range latencyMicros,
    Range tokens,
    Range costNanos) {

  /** The most values of one condition. */
  public static final int MOST_VALUES = 100;

  /** Copies the sets; refuses a range of time that is empty, and sets that are too large. */
  public LogFilter {
    if (fromMillis >= untilMillis) {
      throw new IllegalArgumentException("the range of time is empty");
    }
    operations = Set.copyOf(operations);
    providers = bounded(providers);
    models = bounded(models);
    virtualKeyIds = bounded(virtualKeyIds);
    teamIds = bounded(teamIds);
    customerIds = bounded(customerIds);
    errorTypes = bounded(errorTypes);
    Objects.requireNonNull(succeeded, "succeeded is null");
    Objects.requireNonNull(latencyMicros, "latencyMicros is null");
    Objects.requireNonNull(tokens, "tokens is null");
    Objects.requireNonNull(costNanos, "costNanos is null");
  }

  /** All that came in within a range of time. */
  public static LogFilter between(long fromMillis, long untilMillis) {
    return new LogFilter(
        fromMillis,
        untilMillis,
        Set.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        Optional.empty(),
        Range.ANY,
        Range.ANY,
        Range.ANY);
  }

  private static Set<String> bounded(Set<String> values) {
    if (values.size() > MOST_VALUES) {
      throw new IllegalArgumentException(
          "%d values of one condition, at most %d".formatted(values.size(), MOST_VALUES));
    }
    return Set.copyOf(values);
  }

  /**
   * Numbers from one to another, both included.
   *
   * @param least the smallest
   * @param most the greatest
   */
  public record Range(long least, long most) {
    /** Every number. */
    public static final Range ANY = new Range(Long.MIN_VALUE, Long.MAX_VALUE);
  }
}
