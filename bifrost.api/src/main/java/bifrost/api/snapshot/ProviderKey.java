package bifrost.api.snapshot;

import bifrost.api.model.Secret;
import java.util.Map;
import java.util.Objects;

/**
 * A credential of a provider.
 *
 * @param id its id
 * @param provider the provider's name
 * @param name its name, shown in logs in place of its value
 * @param value the credential; may be empty where the provider wants none
 * @param models the models that it may be used for
 * @param weight its share of the provider's traffic; 0 is used only when every other one has failed
 * @param aliases the caller's model names and what they are called on the wire
 * @param settings further settings that the provider's adapter knows, secrets resolved
 */
public record ProviderKey(
    String id,
    String provider,
    String name,
    Secret value,
    ModelFilter models,
    double weight,
    Map<String, String> aliases,
    Map<String, Secret> settings)
    implements Entity {

  /** Copies the maps; refuses {@code null} and a weight that is negative or no number. */
  public ProviderKey {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(provider, "provider is null");
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(value, "value is null");
    Objects.requireNonNull(models, "models is null");
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException("weight is " + weight + ", use a number of 0 or more");
    }
    aliases = Map.copyOf(aliases);
    settings = Map.copyOf(settings);
  }

  @Override
  public EntityType type() {
    return EntityType.PROVIDER_KEY;
  }

  /** What the model is called on the wire. */
  public String wireModel(String model) {
    return aliases.getOrDefault(model, model);
  }
}
