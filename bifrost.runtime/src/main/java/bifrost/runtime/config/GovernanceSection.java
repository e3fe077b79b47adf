package bifrost.runtime.config;

import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.ModelConfig;
import bifrost.api.snapshot.PriceOverride;
import bifrost.api.snapshot.Team;
import bifrost.runtime.config.json.Fields;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The section {@code governance}. */
final class GovernanceSection {
  private static final Pattern PRICE_NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");
  private static final double MOST_DOLLARS_PER_MILLION = 1e6;

  private final Seeds seeds;
  private final LimitsReader limits;
  private final KnownNames known;

  GovernanceSection(Seeds seeds, LimitsReader limits, KnownNames known) {
    this.seeds = seeds;
    this.limits = limits;
    this.known = known;
  }

  void read(Fields section) {
    limits.takeLists(section);
    section.objects("customers").forEach(this::customer);
    section.objects("teams").forEach(this::team);
    List<Fields> keys = section.objects("virtual_keys");
    keys.forEach(key -> known.addVirtualKey(Ids.of(key, key.text("name").orElse(""))));
    VirtualKeyReader keyReader = new VirtualKeyReader(seeds, limits, known);
    keys.forEach(keyReader::read);
    section.objects("model_configs").forEach(this::modelConfig);
    RoutingRuleReader rules = new RoutingRuleReader(seeds, known);
    section.objects("routing_rules").forEach(rules::read);
    section.objects("pricing_overrides").forEach(this::price);
    section.object("auth_config").ifPresent(auth -> AuthReader.read(auth, seeds));
    section.ignore("projects", "Bifrost does not offer them");
    section.end();
    limits.end();
  }

  void customer(Fields fields) {
    String name = fields.requiredText("name");
    String id = Ids.of(fields, name);
    known.addCustomer(id);
    LimitsReader.Read held = limits.read(fields, "customer", id);
    fields.end();
    fields
        .build(() -> new Customer(id, name, held.limits()))
        .ifPresent(customer -> seeds.add(fields, customer, held.sources()));
  }

  void team(Fields fields) {
    String name = fields.requiredText("name");
    String id = Ids.of(fields, name);
    known.addTeam(id);
    Optional<String> customer = fields.text("customer_id");
    known.requireCustomer(fields, "customer_id", customer);
    LimitsReader.Read held = limits.read(fields, "team", id);
    fields.end();
    fields
        .build(() -> new Team(id, name, customer, held.limits()))
        .ifPresent(team -> seeds.add(fields, team, held.sources()));
  }

  void modelConfig(Fields fields) {
    String model = fields.requiredText("model_name");
    Optional<String> provider = fields.text("provider");
    provider.ifPresent(name -> known.expectProvider(fields, "provider", name));
    Optional<String> scope = fields.text("scope");
    Optional<String> key = fields.text("virtual_key_id").or(() -> fields.text("scope_id"));
    fields.any("scope_id");
    if (scope.isPresent() && !scope.get().equals("global") && !scope.get().equals("virtual_key")) {
      fields.refuse("scope", "is '" + scope.get() + "', use global or virtual_key");
    }
    known.requireVirtualKey(fields, "virtual_key_id", key);
    String id =
        Ids.of(fields, "model-" + key.orElse("all") + "-" + provider.orElse("any") + "-" + model);
    LimitsReader.Read held = limits.read(fields, "model_config", id);
    fields.end();
    fields
        .build(() -> new ModelConfig(id, model, provider, key, held.limits()))
        .ifPresent(config -> seeds.add(fields, config, held.sources()));
  }

  void price(Fields fields) {
    String model = fields.requiredText("model");
    Optional<String> provider = fields.text("provider");
    provider.ifPresent(name -> known.expectProvider(fields, "provider", name));
    Optional<String> key = fields.text("virtual_key_id");
    known.requireVirtualKey(fields, "virtual_key_id", key);
    String id =
        Ids.of(fields, "price-" + key.orElse("all") + "-" + provider.orElse("any") + "-" + model);
    Map<String, Long> prices = new HashMap<>();
    fields.object("prices").ifPresent(object -> prices(object, prices));
    if (!fields.has("prices")) {
      fields.refuse(
          "prices", "is missing, for example {\"input_tokens\": 2.5} in US dollars per million");
    }
    fields.end();
    fields
        .build(() -> new PriceOverride(id, provider, model, key, prices))
        .ifPresent(price -> seeds.add(fields, price));
  }

  private static void prices(Fields object, Map<String, Long> prices) {
    for (String unit : object.raw().keySet()) {
      if (!PRICE_NAME.matcher(unit).matches()) {
        object.refuse(unit, "is no unit, use a name such as input_tokens");
      }
      object
          .real(unit, 0, MOST_DOLLARS_PER_MILLION)
          .ifPresent(dollars -> prices.put(unit, Math.round(dollars * 1e9)));
    }
  }
}
