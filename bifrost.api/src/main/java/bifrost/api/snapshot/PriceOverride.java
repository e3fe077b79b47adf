package bifrost.api.snapshot;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A model's price that replaces the one of the catalogue.
 *
 * @param id its id
 * @param provider only at this provider, where given
 * @param model the model's name
 * @param virtualKeyId only for this virtual key, where given
 * @param prices price per unit by its name in the catalogue, in billionths of a US dollar per
 *     million units, for example {@code input_tokens}
 */
public record PriceOverride(
    String id,
    Optional<String> provider,
    String model,
    Optional<String> virtualKeyId,
    Map<String, Long> prices)
    implements Entity {
  /** Copies the map; refuses {@code null}. */
  public PriceOverride {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(provider, "provider is null");
    Objects.requireNonNull(model, "model is null");
    Objects.requireNonNull(virtualKeyId, "virtualKeyId is null");
    prices = Map.copyOf(prices);
  }

  @Override
  public EntityType type() {
    return EntityType.PRICE;
  }
}
