package bifrost.runtime.routing;

import bifrost.api.snapshot.ProviderConfig;
import java.util.Optional;

/**
 * A provider and a model that may serve a call.
 *
 * @param provider the provider's configuration
 * @param model the model's name at the provider, before aliases
 * @param keyId the only key that may be used, where a rule says so
 */
public record Candidate(ProviderConfig provider, String model, Optional<String> keyId) {
  /** A candidate with any of the provider's keys. */
  public Candidate(ProviderConfig provider, String model) {
    this(provider, model, Optional.empty());
  }
}
