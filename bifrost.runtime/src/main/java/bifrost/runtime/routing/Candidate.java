package bifrost.runtime.routing;

import bifrost.api.snapshot.ProviderConfig;

/**
 * A provider and a model that may serve a call.
 *
 * @param provider the provider's configuration
 * @param model the model's name at the provider, before aliases
 */
public record Candidate(ProviderConfig provider, String model) {}
