package bifrost.api.snapshot;

import bifrost.api.provider.NetworkSettings;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The configuration of one provider.
 *
 * @param id its name, the first half of {@code provider/model}
 * @param base the adapter that serves it, when that has another name: custom providers
 * @param network how to reach the upstream
 * @param maxRetries how often an attempt is repeated; 0 for never
 * @param backoffInitial the first wait before a repeat
 * @param backoffMax the longest wait before a repeat
 * @param concurrency the most calls at once
 * @param queueSize the most calls that wait for their turn; beyond it a call is refused
 * @param limits budgets and rate limits of all traffic to it
 */
public record ProviderConfig(
    String id,
    Optional<String> base,
    NetworkSettings network,
    int maxRetries,
    Duration backoffInitial,
    Duration backoffMax,
    int concurrency,
    int queueSize,
    Limits limits)
    implements Entity {

  /** Refuses {@code null} and numbers out of range. */
  public ProviderConfig {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(base, "base is null");
    Objects.requireNonNull(network, "network is null");
    requireRange("max_retries", maxRetries, 0, 10);
    requireRange("concurrency", concurrency, 1, 1_000_000);
    requireRange("buffer_size", queueSize, 0, 1_000_000);
    if (backoffInitial.isNegative() || backoffMax.compareTo(backoffInitial) < 0) {
      throw new IllegalArgumentException(
          "retry_backoff_initial is %s and retry_backoff_max %s: the first must not be the longer"
              .formatted(backoffInitial, backoffMax));
    }
    Objects.requireNonNull(limits, "limits is null");
  }

  /** A provider with every setting at its default. */
  public static ProviderConfig named(String name) {
    return new ProviderConfig(
        name,
        Optional.empty(),
        NetworkSettings.DEFAULT,
        0,
        Duration.ofMillis(500),
        Duration.ofSeconds(5),
        1000,
        5000,
        Limits.NONE);
  }

  @Override
  public EntityType type() {
    return EntityType.PROVIDER;
  }

  private static void requireRange(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s is %d, use %d to %d".formatted(name, value, least, most));
    }
  }
}
