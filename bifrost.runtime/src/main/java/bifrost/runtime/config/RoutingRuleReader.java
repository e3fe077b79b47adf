package bifrost.runtime.config;

import bifrost.api.snapshot.RoutingRule;
import bifrost.runtime.config.json.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The list {@code governance.routing_rules}. */
final class RoutingRuleReader {
  private static final Map<String, RoutingRule.Scope> SCOPES = new LinkedHashMap<>();

  static {
    SCOPES.put("virtual_key", RoutingRule.Scope.VIRTUAL_KEY);
    SCOPES.put("team", RoutingRule.Scope.TEAM);
    SCOPES.put("customer", RoutingRule.Scope.CUSTOMER);
    SCOPES.put("global", RoutingRule.Scope.GLOBAL);
  }

  private final Seeds seeds;
  private final KnownNames known;

  RoutingRuleReader(Seeds seeds, KnownNames known) {
    this.seeds = seeds;
    this.known = known;
  }

  void read(Fields fields) {
    String name = fields.requiredText("name");
    String id = Ids.of(fields, name);
    boolean enabled = fields.flag("enabled").orElse(true);
    String expression = fields.text("cel_expression").orElse("");
    List<RoutingRule.Target> targets = new ArrayList<>();
    fields.objects("targets").forEach(target -> target(target).ifPresent(targets::add));
    List<String> fallbacks = fields.texts("fallbacks");
    for (String fallback : fallbacks) {
      if (fallback.indexOf('/') < 1) {
        fields.refuse("fallbacks", "'" + fallback + "' is not of the form provider/model");
      }
    }
    RoutingRule.Scope scope = fields.choice("scope", SCOPES).orElse(RoutingRule.Scope.GLOBAL);
    Optional<String> scopeId = fields.text("scope_id").filter(text -> !text.isEmpty());
    requireScope(fields, scope, scopeId);
    int priority = (int) fields.whole("priority", -1_000_000, 1_000_000).orElse(0);
    fields.ignore("description", "it is not kept");
    fields.ignore("chain_rule", "the first rule that matches decides");
    fields.end();
    fields
        .build(
            () ->
                new RoutingRule(
                    id, name, enabled, expression, targets, fallbacks, scope, scopeId, priority))
        .ifPresent(rule -> seeds.add(fields, rule));
  }

  private Optional<RoutingRule.Target> target(Fields fields) {
    Optional<String> provider = fields.text("provider");
    provider.ifPresent(name -> known.expectProvider(fields, "provider", name));
    Optional<String> model = fields.text("model");
    Optional<String> key = known.providerKey(fields, "key_id", fields.text("key_id"));
    double weight = fields.real("weight", 0, 1e9).orElse(1);
    fields.end();
    return fields.build(() -> new RoutingRule.Target(provider, model, key, weight));
  }

  private void requireScope(Fields fields, RoutingRule.Scope scope, Optional<String> id) {
    switch (scope) {
      case VIRTUAL_KEY -> known.requireVirtualKey(fields, "scope_id", id);
      case TEAM -> known.requireTeam(fields, "scope_id", id);
      case CUSTOMER -> known.requireCustomer(fields, "scope_id", id);
      case GLOBAL -> {
        if (id.isPresent()) {
          fields.refuse("scope_id", "is set, but a global rule has no owner; set scope too");
        }
        return;
      }
    }
    if (id.isEmpty()) {
      fields.refuse("scope_id", "is missing: the id of the rule's owner");
    }
  }
}
