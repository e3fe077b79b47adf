package bifrost.api.governance;

import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says by which prices calls are charged.
 *
 * <p>Implemented by governors as a service beside {@link Governor}, called by the management API.
 * Safe for any thread; it does no I/O and is not for the request path. Each answer is a picture of
 * the moment; nothing is {@code null}.
 */
@ConsumerType
public interface PriceList {
  /** Which edition of the price catalogue is in force. */
  String edition();

  /**
   * The models of a provider that are listed by name, overrides among them. Others may have a price
   * too: a dated name costs what the plain one does.
   *
   * @param provider the provider's configured name
   */
  SortedSet<String> models(String provider);

  /**
   * What a model costs those for whom no price of their own is configured.
   *
   * @param provider the provider's configured name
   * @param model the model's name
   * @return empty when nobody knows it
   */
  Optional<ModelCost> price(String provider, String model);

  /**
   * The price of a model.
   *
   * @param prices price per unit by its name in the catalogue, in billionths of a US dollar per
   *     million units, for prompts without a tier; units that cost nothing are left out
   * @param contextTokens the most tokens of a prompt; 0 when unknown
   * @param maxOutputTokens the most tokens of an answer; 0 when unknown
   */
  record ModelCost(Map<String, Long> prices, long contextTokens, long maxOutputTokens) {
    /** Copies the map. */
    public ModelCost {
      prices = Map.copyOf(prices);
    }
  }
}
