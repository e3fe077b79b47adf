package bifrost.api.snapshot;

import java.util.Locale;

/**
 * The kinds of configuration that are versioned, stored and replicated one by one. New constants
 * may be added in a minor version.
 */
public enum EntityType {
  /** A provider: its network, retries and limits; the id is its name. */
  PROVIDER(ProviderConfig.class),
  /** A credential of a provider. */
  PROVIDER_KEY(ProviderKey.class),
  /** A virtual key, with its provider configurations, budgets and rate limits. */
  VIRTUAL_KEY(VirtualKey.class),
  /** A team of virtual keys. */
  TEAM(Team.class),
  /** A customer, above teams and virtual keys. */
  CUSTOMER(Customer.class),
  /** Limits on a model, for all or for one virtual key. */
  MODEL_CONFIG(ModelConfig.class),
  /** A rule that chooses providers by an expression. */
  ROUTING_RULE(RoutingRule.class),
  /** An override of a model's price. */
  PRICE(PriceOverride.class),
  /** Settings of the gateway itself; the id is {@code client}. */
  CLIENT(ClientSettings.class),
  /** Admin credentials; the id is {@code admin}. */
  AUTH(AuthSettings.class),
  /** The configuration of a plugin bundle; the id is its PID. */
  PLUGIN(PluginSettings.class);

  private final String label = name().toLowerCase(Locale.ROOT);
  private final Class<? extends Entity> entityClass;

  EntityType(Class<? extends Entity> entityClass) {
    this.entityClass = entityClass;
  }

  /** The name in stores, messages and logs, for example {@code virtual_key}. */
  public String label() {
    return label;
  }

  /** The class of its entities. */
  public Class<? extends Entity> entityClass() {
    return entityClass;
  }

  /** The constant of a class of entities. */
  public static EntityType of(Class<? extends Entity> entityClass) {
    for (EntityType type : values()) {
      if (type.entityClass == entityClass) {
        return type;
      }
    }
    throw new IllegalArgumentException(entityClass.getName() + " is no kind of entity");
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
