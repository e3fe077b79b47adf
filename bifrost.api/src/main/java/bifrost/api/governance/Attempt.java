package bifrost.api.governance;

import java.util.Objects;

/**
 * One attempt that is about to be made.
 *
 * @param provider the provider's configured name
 * @param model the model's name before aliases
 * @param wireModel the model's name on the wire
 * @param keyId the provider key; empty when none is needed
 * @param number 0 for the request's first attempt
 */
public record Attempt(String provider, String model, String wireModel, String keyId, int number) {
  /** Refuses {@code null}. */
  public Attempt {
    Objects.requireNonNull(provider, "provider is null");
    Objects.requireNonNull(model, "model is null");
    Objects.requireNonNull(wireModel, "wireModel is null");
    Objects.requireNonNull(keyId, "keyId is null");
  }
}
