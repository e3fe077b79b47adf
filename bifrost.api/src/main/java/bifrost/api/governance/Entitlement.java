package bifrost.api.governance;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Which providers, models and keys a caller may use, and how its traffic is shared among them.
 *
 * <p>Implemented by governors, read by the router on the request's thread; immutable.
 */
@ConsumerType
public interface Entitlement {
  /** Everything is allowed, and nothing is preferred. */
  Entitlement ALL =
      new Entitlement() {
        @Override
        public boolean allows(String provider, String model) {
          return true;
        }

        @Override
        public boolean allowsKey(String provider, String keyId) {
          return true;
        }

        @Override
        public Optional<List<Share>> shares(String model) {
          return Optional.empty();
        }
      };

  /** Whether the provider may be asked for the model. */
  boolean allows(String provider, String model);

  /** Whether the provider's key may be used. */
  boolean allowsKey(String provider, String keyId);

  /**
   * How a bare model name is shared among providers.
   *
   * @param model the model without a provider
   * @return the providers with their weights, those over a limit left out; empty to let the
   *     snapshot decide
   */
  Optional<List<Share>> shares(String model);

  /**
   * A provider's part of the traffic.
   *
   * @param provider the provider's configured name
   * @param weight 0 or more; 0 is used only when every other one has failed
   */
  record Share(String provider, double weight) {}
}
