package bifrost.api.snapshot;

/** One unit of configuration: an immutable record, found by its type and id. */
public sealed interface Entity
    permits ProviderConfig,
        ProviderKey,
        VirtualKey,
        Team,
        Customer,
        ModelConfig,
        RoutingRule,
        PriceOverride,
        ClientSettings,
        AuthSettings,
        PluginSettings {
  /** Its kind. */
  EntityType type();

  /** Its id, unique within the kind. */
  String id();
}
