package bifrost.api.snapshot;

import java.util.Locale;

/**
 * The kinds of configuration that are versioned, stored and replicated one by one. New constants
 * may be added in a minor version.
 */
public enum EntityType {
  /** A provider: its network, retries and limits; the id is its name. */
  PROVIDER,
  /** A credential of a provider. */
  PROVIDER_KEY,
  /** A virtual key, with its provider configurations, budgets and rate limits. */
  VIRTUAL_KEY,
  /** A team of virtual keys. */
  TEAM,
  /** A customer, above teams and virtual keys. */
  CUSTOMER,
  /** Limits on a model, for all or for one virtual key. */
  MODEL_CONFIG,
  /** A rule that chooses providers by an expression. */
  ROUTING_RULE,
  /** An override of a model's price. */
  PRICE,
  /** Settings of the gateway itself; the id is {@code client}. */
  CLIENT,
  /** Admin credentials; the id is {@code admin}. */
  AUTH,
  /** The configuration of a plugin bundle; the id is its PID. */
  PLUGIN;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The name in stores, messages and logs, for example {@code virtual_key}. */
  public String label() {
    return label;
  }

  /** The constant with this label, or an {@code IllegalArgumentException} that names it. */
  public static EntityType ofLabel(String label) {
    for (EntityType type : values()) {
      if (type.label.equals(label)) {
        return type;
      }
    }
    throw new IllegalArgumentException("unknown entity type '" + label + "'");
  }
}
