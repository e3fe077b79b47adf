package bifrost.governance.limit;

import bifrost.api.snapshot.ModelConfig;
import java.util.Objects;

/**
 * Whose a limit is.
 *
 * @param label as it stands in messages, for example {@code virtual key 'web'}
 */
public record Holder(String label) {
  /** Refuses {@code null}. */
  public Holder {
    Objects.requireNonNull(label, "label is null");
  }

  /** A virtual key. */
  public static Holder virtualKey(String name) {
    return new Holder("virtual key '" + name + "'");
  }

  /** A provider configuration of a virtual key. */
  public static Holder grant(String provider, String keyName) {
    return new Holder("provider '" + provider + "' of virtual key '" + keyName + "'");
  }

  /** A team. */
  public static Holder team(String name) {
    return new Holder("team '" + name + "'");
  }

  /** A customer. */
  public static Holder customer(String name) {
    return new Holder("customer '" + name + "'");
  }

  /** All traffic to a provider. */
  public static Holder provider(String name) {
    return new Holder("provider '" + name + "'");
  }

  /** All traffic to a model. */
  public static Holder model(String name) {
    return new Holder("*".equals(name) ? "all models" : "model '" + name + "'");
  }

  /** What a limit on a model is of. */
  public static Holder of(ModelConfig config) {
    Holder model = model(config.model());
    return config.provider().isEmpty()
        ? model
        : new Holder(model.label() + " of provider '" + config.provider().get() + "'");
  }
}
