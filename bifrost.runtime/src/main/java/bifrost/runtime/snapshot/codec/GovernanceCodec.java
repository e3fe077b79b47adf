package bifrost.runtime.snapshot.codec;

import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.ModelConfig;
import bifrost.api.snapshot.PriceOverride;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.Team;
import java.util.Map;

/** Teams, customers, limits on models, routing rules and prices. */
final class GovernanceCodec {
  private GovernanceCodec() {}

  static void write(Content out, Team team) {
    out.put("name", team.name()).put("customer_id", team.customerId());
    LimitsCodec.write(out, team.limits());
  }

  static Team team(String id, StoredFields in) {
    return new Team(id, in.required("name"), in.optional("customer_id"), LimitsCodec.read(in));
  }

  static void write(Content out, Customer customer) {
    out.put("name", customer.name());
    LimitsCodec.write(out, customer.limits());
  }

  static Customer customer(String id, StoredFields in) {
    return new Customer(id, in.required("name"), LimitsCodec.read(in));
  }

  static void write(Content out, ModelConfig config) {
    out.put("model", config.model())
        .put("provider", config.provider())
        .put("virtual_key_id", config.virtualKeyId());
    LimitsCodec.write(out, config.limits());
  }

  static ModelConfig modelConfig(String id, StoredFields in) {
    return new ModelConfig(
        id,
        in.required("model"),
        in.optional("provider"),
        in.optional("virtual_key_id"),
        LimitsCodec.read(in));
  }

  static void write(Content out, RoutingRule rule) {
    out.put("name", rule.name())
        .put("enabled", rule.enabled())
        .put("expression", rule.expression())
        .putList("targets", rule.targets().stream().map(t -> write(out, t)).toList())
        .putList("fallbacks", rule.fallbacks())
        .put("scope", Names.of(rule.scope()))
        .put("scope_id", rule.scopeId())
        .put("priority", rule.priority());
  }

  static RoutingRule routingRule(String id, StoredFields in) {
    return new RoutingRule(
        id,
        in.text("name"),
        in.flag("enabled"),
        in.text("expression"),
        in.list("targets", GovernanceCodec::target),
        in.texts("fallbacks"),
        Names.constant(RoutingRule.Scope.class, in.required("scope")),
        in.optional("scope_id"),
        in.small("priority", 0));
  }

  static void write(Content out, PriceOverride price) {
    out.put("provider", price.provider())
        .put("model", price.model())
        .put("virtual_key_id", price.virtualKeyId())
        .putMap("prices", price.prices());
  }

  static PriceOverride price(String id, StoredFields in) {
    return new PriceOverride(
        id,
        in.optional("provider"),
        in.required("model"),
        in.optional("virtual_key_id"),
        in.wholeMap("prices"));
  }

  private static Map<String, Object> write(Content out, RoutingRule.Target target) {
    return out.inner()
        .put("provider", target.provider())
        .put("model", target.model())
        .put("key_id", target.keyId())
        .put("weight", target.weight())
        .members();
  }

  private static RoutingRule.Target target(StoredFields in) {
    return new RoutingRule.Target(
        in.optional("provider"), in.optional("model"), in.optional("key_id"), in.real("weight", 1));
  }
}
