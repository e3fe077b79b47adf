package bifrost.runtime.config.shape;

import bifrost.api.snapshot.AuthSettings;
import bifrost.api.snapshot.ClientSettings;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.ModelConfig;
import bifrost.api.snapshot.PluginSettings;
import bifrost.api.snapshot.PriceOverride;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.VirtualKey;
import bifrost.runtime.config.json.JsonTree;
import bifrost.runtime.config.json.Problems;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An entity as an object in the shape of the configuration file. */
public final class EntityShape {
  private EntityShape() {}

  /** The members of the object. */
  public static Map<String, Object> of(Entity entity) {
    Shape out = new Shape();
    switch (entity) {
      case ProviderConfig provider -> ProviderShape.write(out, provider);
      case ProviderKey key -> ProviderShape.write(out, key);
      case VirtualKey key -> write(out, key);
      case Team team -> {
        out.put("id", team.id()).put("name", team.name()).put("customer_id", team.customerId());
        LimitsShape.write(out, team.limits());
      }
      case Customer customer -> {
        out.put("id", customer.id()).put("name", customer.name());
        LimitsShape.write(out, customer.limits());
      }
      case ModelConfig config -> write(out, config);
      case RoutingRule rule -> write(out, rule);
      case PriceOverride price -> write(out, price);
      case ClientSettings client -> write(out, client);
      case AuthSettings auth ->
          out.put("is_enabled", auth.enabled()).put("admin_username", auth.username());
      case PluginSettings plugin -> write(out, plugin);
    }
    return out.members();
  }

  private static void write(Shape out, VirtualKey key) {
    out.put("id", key.id()).put("name", key.name()).put("description", key.description());
    out.put("is_active", key.active());
    out.put("provider_configs", key.providers().stream().map(EntityShape::grant).toList());
    out.put("allow_all_providers", key.allowAllProviders());
    out.put("team_id", key.teamId()).put("customer_id", key.customerId());
    out.put("expires_at", key.expiresAt().map(Instant::toString));
    out.put("disable_content_logging", key.disableContentLogging());
    LimitsShape.write(out, key.limits());
  }

  private static Map<String, Object> grant(VirtualKey.ProviderGrant grant) {
    Shape out = new Shape();
    out.put("id", grant.id()).put("provider", grant.provider());
    grant.weight().ifPresent(weight -> out.putReal("weight", weight));
    out.put("allowed_models", grant.models().allowed());
    out.putUnlessEmpty("blacklisted_models", grant.models().denied());
    out.put("key_ids", grant.keyIds());
    LimitsShape.write(out, grant.limits());
    return out.members();
  }

  private static void write(Shape out, ModelConfig config) {
    out.put("id", config.id()).put("model_name", config.model());
    out.put("provider", config.provider());
    out.put("scope", config.virtualKeyId().isPresent() ? "virtual_key" : "global");
    out.put("virtual_key_id", config.virtualKeyId());
    LimitsShape.write(out, config.limits());
  }

  private static void write(Shape out, RoutingRule rule) {
    out.put("id", rule.id()).put("name", rule.name()).put("enabled", rule.enabled());
    out.put("cel_expression", rule.expression());
    out.put("targets", rule.targets().stream().map(EntityShape::target).toList());
    out.put("fallbacks", rule.fallbacks());
    out.put("scope", rule.scope().name().toLowerCase(Locale.ROOT));
    out.put("scope_id", rule.scopeId());
    out.put("priority", rule.priority());
  }

  private static Map<String, Object> target(RoutingRule.Target target) {
    Shape out = new Shape();
    out.put("provider", target.provider()).put("model", target.model());
    return out.put("key_id", target.keyId()).putReal("weight", target.weight()).members();
  }

  private static void write(Shape out, PriceOverride price) {
    out.put("id", price.id()).put("model", price.model()).put("provider", price.provider());
    out.put("virtual_key_id", price.virtualKeyId());
    Map<String, Object> prices = new TreeMap<>();
    price.prices().forEach((unit, nanos) -> prices.put(unit, Shape.dollars(nanos)));
    out.put("prices", prices);
  }

  private static void write(Shape out, ClientSettings client) {
    out.put("enforce_auth_on_inference", client.enforceAuth());
    out.put("max_request_body_size_mb", client.maxBodyBytes() >> 20);
    out.put("request_timeout_in_seconds", client.requestTimeout().toSeconds());
    out.put("max_concurrent_requests", client.maxConcurrentRequests());
    out.put("enable_logging", client.enableLogging());
    out.put("disable_content_logging", client.disableContentLogging());
    out.put("allow_per_request_content_storage_override", client.allowContentLoggingOverride());
    out.put("log_retention_days", client.logRetentionDays());
    out.put("required_headers", client.requiredHeaders());
    out.put("allowed_origins", client.allowedOrigins());
  }

  private static void write(Shape out, PluginSettings plugin) {
    out.put("name", plugin.id());
    byte[] properties = plugin.properties().text().getBytes(StandardCharsets.UTF_8);
    Map<String, Object> config = JsonTree.object(properties, new Problems()).orElse(Map.of());
    out.put("config", MaskedSecrets.masked(config));
  }
}
