package bifrost.api.provider;

import bifrost.api.model.Secret;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where an attempt goes, and as whom.
 *
 * @param provider the name under which the provider is configured, for example {@code groq}
 * @param model the model's name on the wire, aliases resolved; empty for operations without a model
 * @param keyId the id of the chosen key; empty when the provider needs none
 * @param credential the key's value; empty when there is none
 * @param network how to reach the upstream
 * @param settings further settings of the key that only this provider knows, for example an Azure
 *     endpoint or a region; secrets among them are resolved
 */
public record Target(
    String provider,
    String model,
    String keyId,
    Secret credential,
    NetworkSettings network,
    Map<String, String> settings) {

  /** Copies the settings; refuses {@code null}. */
  public Target {
    Objects.requireNonNull(provider, "provider is null");
    Objects.requireNonNull(model, "model is null");
    Objects.requireNonNull(keyId, "keyId is null");
    Objects.requireNonNull(credential, "credential is null");
    Objects.requireNonNull(network, "network is null");
    settings = Map.copyOf(settings);
  }

  /** A setting of the key, where it has one. */
  public Optional<String> setting(String name) {
    return Optional.ofNullable(settings.get(name));
  }
}
