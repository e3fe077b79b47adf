package bifrost.api.journal;

import java.util.Objects;

/**
 * What many request logs came to: what is left of them when a journal had to fold them.
 *
 * @param periodMillis the start of the period, in milliseconds since the epoch
 * @param periodSeconds its length
 * @param virtualKeyId the virtual key; empty for none
 * @param teamId the team; empty for none
 * @param customerId the customer; empty for none
 * @param provider the provider; empty when none served
 * @param model the model as the callers named it
 * @param requests how many requests there were
 * @param errors how many of them failed
 * @param inputTokens the sum of their input tokens
 * @param outputTokens the sum of their output tokens
 * @param costNanos the sum of their costs, in billionths of a US dollar
 */
public record UsageTotal(
    long periodMillis,
    int periodSeconds,
    String virtualKeyId,
    String teamId,
    String customerId,
    String provider,
    String model,
    long requests,
    long errors,
    long inputTokens,
    long outputTokens,
    long costNanos) {
  /** Refuses {@code null} and a period below a second. */
  public UsageTotal {
    if (periodSeconds < 1) {
      throw new IllegalArgumentException("period is " + periodSeconds + " s, use 1 or more");
    }
    Objects.requireNonNull(virtualKeyId, "virtualKeyId is null");
    Objects.requireNonNull(teamId, "teamId is null");
    Objects.requireNonNull(customerId, "customerId is null");
    Objects.requireNonNull(provider, "provider is null");
    Objects.requireNonNull(model, "model is null");
  }
}
