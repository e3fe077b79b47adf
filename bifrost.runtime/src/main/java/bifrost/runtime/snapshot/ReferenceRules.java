package bifrost.runtime.snapshot;

import bifrost.api.model.InvalidConfigException;
import bifrost.api.snapshot.AuthSettings;
import bifrost.api.snapshot.ClientSettings;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.ModelConfig;
import bifrost.api.snapshot.PluginSettings;
import bifrost.api.snapshot.PriceOverride;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.VirtualKey;
import java.util.Optional;

/**
 * What a write on this node must respect: what it refers to exists, what is unique stays so.
 *
 * <p>Merges are not checked: changes made apart may break these rules together, and readers bear
 * it. A provider that a grant or rule names need not be configured, since one without keys serves
 * without configuration.
 */
final class ReferenceRules {
  /** The longest id of an entity, in characters. */
  static final int LONGEST_ID = 256;

  /** The longest id of a node, in characters. */
  static final int LONGEST_NODE = 128;

  private final MapSnapshot snapshot;

  ReferenceRules(MapSnapshot snapshot) {
    this.snapshot = snapshot;
  }

  /** Whether a text may stand in a key of the store: not empty, of some length, on one line. */
  static boolean isFit(String text, int longest) {
    return !text.isEmpty()
        && text.length() <= longest
        && text.chars().noneMatch(Character::isISOControl);
  }

  /** Refuses content that refers to what is not there. */
  void check(Entity entity) {
    if (!isFit(entity.id(), LONGEST_ID)) {
      throw new InvalidConfigException(
          "id", "must be 1 to " + LONGEST_ID + " characters, none of them a control character");
    }
    switch (entity) {
      case ProviderKey key -> require(ProviderConfig.class, "provider", key.provider());
      case VirtualKey key -> check(key);
      case Team team -> require(Customer.class, "customer_id", team.customerId());
      case ModelConfig config -> require(VirtualKey.class, "virtual_key_id", config.virtualKeyId());
      case PriceOverride price -> require(VirtualKey.class, "virtual_key_id", price.virtualKeyId());
      case RoutingRule rule -> check(rule);
      case ProviderConfig provider -> {}
      case Customer customer -> {}
      case ClientSettings client -> {}
      case AuthSettings auth -> {}
      case PluginSettings plugin -> {}
    }
  }

  /** Refuses the end of what others still refer to. */
  void checkRemoval(EntityType type, String id) {
    switch (type) {
      case PROVIDER -> {
        if (!snapshot.keys(id).isEmpty()) {
          refuseUsed(type, id, "provider_key", snapshot.keys(id).get(0).id());
        }
      }
      case TEAM ->
          snapshot.keyOfTeam(id).ifPresent(key -> refuseUsed(type, id, "virtual_key", key));
      case CUSTOMER -> {
        snapshot.keyOfCustomer(id).ifPresent(key -> refuseUsed(type, id, "virtual_key", key));
        for (Team team : snapshot.all(Team.class)) {
          if (team.customerId().filter(id::equals).isPresent()) {
            refuseUsed(type, id, "team", team.id());
          }
        }
      }
      default -> {
        // nothing refers to it, or what does ends its effect with it
      }
    }
  }

  private void check(VirtualKey key) {
    require(Team.class, "team_id", key.teamId());
    require(Customer.class, "customer_id", key.customerId());
    snapshot
        .virtualKeyNamed(key.name())
        .filter(holder -> !holder.equals(key.id()))
        .ifPresent(
            holder -> {
              throw new InvalidConfigException(
                  "name",
                  "'%s' is the name of virtual key '%s' already".formatted(key.name(), holder));
            });
    snapshot
        .virtualKey(key.hash())
        .filter(holder -> !holder.id().equals(key.id()))
        .ifPresent(
            holder -> {
              throw new InvalidConfigException(
                  "value", "is the secret of virtual key '%s' already".formatted(holder.id()));
            });
    for (VirtualKey.ProviderGrant grant : key.providers()) {
      for (String keyId : grant.keyIds()) {
        if (!keyId.equals("*")) {
          require(ProviderKey.class, "provider_configs." + grant.provider() + ".key_ids", keyId);
        }
      }
    }
  }

  private void check(RoutingRule rule) {
    switch (rule.scope()) {
      case VIRTUAL_KEY -> require(VirtualKey.class, "scope_id", rule.scopeId());
      case TEAM -> require(Team.class, "scope_id", rule.scopeId());
      case CUSTOMER -> require(Customer.class, "scope_id", rule.scopeId());
      case GLOBAL -> {}
    }
    for (RoutingRule.Target target : rule.targets()) {
      require(ProviderKey.class, "targets.key_id", target.keyId());
    }
  }

  private <E extends Entity> void require(Class<E> type, String field, Optional<String> id) {
    id.ifPresent(present -> require(type, field, present));
  }

  private <E extends Entity> void require(Class<E> type, String field, String id) {
    if (snapshot.find(type, id).isEmpty()) {
      throw new InvalidConfigException(
          field, "there is no %s '%s'; create it first".formatted(EntityType.of(type).label(), id));
    }
  }

  private static void refuseUsed(EntityType type, String id, String userLabel, String user) {
    throw new InvalidConfigException(
        "",
        "%s '%s' is still used by %s '%s'; change or remove that first"
            .formatted(type.label(), id, userLabel, user));
  }
}
