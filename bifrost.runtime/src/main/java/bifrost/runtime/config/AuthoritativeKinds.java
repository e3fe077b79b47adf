package bifrost.runtime.config;

import bifrost.api.snapshot.EntityType;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The kinds whose sections are present in a file that is the only truth. */
final class AuthoritativeKinds {
  private static final Map<String, EntityType> GOVERNANCE =
      Map.of(
          "virtual_keys", EntityType.VIRTUAL_KEY,
          "teams", EntityType.TEAM,
          "customers", EntityType.CUSTOMER,
          "model_configs", EntityType.MODEL_CONFIG,
          "routing_rules", EntityType.ROUTING_RULE,
          "pricing_overrides", EntityType.PRICE,
          "auth_config", EntityType.AUTH);

  private AuthoritativeKinds() {}

  static Set<EntityType> of(Map<String, Object> root) {
    Set<EntityType> kinds = EnumSet.noneOf(EntityType.class);
    if (root.get("providers") != null) {
      kinds.add(EntityType.PROVIDER);
      kinds.add(EntityType.PROVIDER_KEY);
    }
    if (root.get("client") != null) {
      kinds.add(EntityType.CLIENT);
    }
    if (root.get("plugins") != null) {
      kinds.add(EntityType.PLUGIN);
    }
    if (root.get("governance") instanceof Map<?, ?> governance) {
      GOVERNANCE.forEach(
          (section, kind) -> {
            if (governance.get(section) != null) {
              kinds.add(kind);
            }
          });
    }
    return kinds;
  }
}
