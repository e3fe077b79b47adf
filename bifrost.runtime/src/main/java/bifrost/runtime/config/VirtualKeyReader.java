package bifrost.runtime.config;

import bifrost.api.model.Secret;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.ModelFilter;
import bifrost.api.snapshot.VirtualKey;
import bifrost.runtime.config.json.Fields;
import bifrost.runtime.config.json.JsonNumber;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The list {@code governance.virtual_keys}. The secret of a key is hashed and not kept. */
final class VirtualKeyReader {
  private static final int SHORTEST_SECRET = 8;

  private final Seeds seeds;
  private final LimitsReader limits;
  private final KnownNames known;
  private final Map<String, String> names = new HashMap<>();
  private final Map<KeyHash, String> secrets = new HashMap<>();
  private final Optional<KeyHash> kept;

  VirtualKeyReader(Seeds seeds, LimitsReader limits, KnownNames known) {
    this(seeds, limits, known, Optional.empty());
  }

  /**
   * For one key.
   *
   * @param kept the hash of its secret, which stays when none is given
   */
  VirtualKeyReader(Seeds seeds, LimitsReader limits, KnownNames known, Optional<KeyHash> kept) {
    this.seeds = seeds;
    this.limits = limits;
    this.known = known;
    this.kept = kept;
  }

  void read(Fields fields) {
    String name = fields.requiredText("name");
    String id = Ids.of(fields, name);
    String description = fields.text("description").orElse("");
    KeyHash hash = hash(fields);
    boolean active = fields.flag("is_active").orElse(true);
    boolean allowAll = fields.flag("allow_all_providers").orElse(false);
    List<Object> sources = new ArrayList<>();
    List<VirtualKey.ProviderGrant> grants = new ArrayList<>();
    for (Fields grant : fields.objects("provider_configs")) {
      grant(grant, id, sources).ifPresent(grants::add);
    }
    Optional<String> team = fields.text("team_id");
    known.requireTeam(fields, "team_id", team);
    Optional<String> customer = fields.text("customer_id");
    known.requireCustomer(fields, "customer_id", customer);
    Optional<Instant> expires = time(fields, "expires_at");
    Optional<Boolean> quiet = fields.flag("disable_content_logging");
    LimitsReader.Read held = limits.read(fields, "virtual_key", id);
    sources.addAll(List.of(held.sources()));
    fields.ignore("delete_after_expire", "an expired key stays, refused");
    if (!fields.objects("mcp_configs").isEmpty()) {
      fields.refuse("mcp_configs", "Bifrost has no MCP gateway; leave it out");
    }
    fields.end();
    requireUnique(fields, name, id, hash);
    fields
        .build(
            () ->
                new VirtualKey(
                    id,
                    name,
                    description,
                    hash,
                    active,
                    grants,
                    allowAll,
                    team,
                    customer,
                    expires,
                    held.limits(),
                    quiet))
        .ifPresent(key -> seeds.add(fields, key, sources.toArray()));
  }

  private KeyHash hash(Fields fields) {
    Optional<Secret> value = fields.secret("value");
    if (!fields.has("value") && kept.isPresent()) {
      return kept.get();
    }
    if (!fields.has("value")) {
      fields.refuse("value", "is missing: the secret that clients present, as sk-bf-...");
    }
    if (value.isPresent() && value.get().reveal().length() < SHORTEST_SECRET) {
      fields.refuse("value", "is too short, use " + SHORTEST_SECRET + " characters or more");
    }
    return KeyHash.of(value.orElse(Secret.EMPTY));
  }

  private Optional<VirtualKey.ProviderGrant> grant(
      Fields fields, String keyId, List<Object> sources) {
    String provider = fields.requiredText("provider");
    known.expectProvider(fields, "provider", provider);
    String id = grantId(fields).orElse(keyId + ":" + provider);
    OptionalDouble weight = fields.real("weight", 0, 1e9);
    List<String> allowed = deniedUnlessGiven(fields, "allowed_models");
    List<String> denied = fields.texts("blacklisted_models");
    List<String> keyIds =
        known.providerKeys(fields, provider, deniedUnlessGiven(fields, "key_ids"));
    LimitsReader.Read held = limits.read(fields, "provider_config", id);
    sources.addAll(List.of(held.sources()));
    fields.end();
    return fields.build(
        () ->
            new VirtualKey.ProviderGrant(
                id,
                provider,
                weight.isPresent() ? Optional.of(weight.getAsDouble()) : Optional.empty(),
                ModelFilter.of(allowed, denied),
                keyIds,
                held.limits()));
  }

  /** Other products number these objects. */
  private static Optional<String> grantId(Fields fields) {
    return fields.any("id") instanceof JsonNumber number
        ? Optional.of(number.text())
        : fields.text("id");
  }

  private static List<String> deniedUnlessGiven(Fields fields, String name) {
    if (!fields.has(name)) {
      fields.warn(name, "is missing, so nothing is allowed; write [\"*\"] to allow all");
    }
    return fields.texts(name);
  }

  private void requireUnique(Fields fields, String name, String id, KeyHash hash) {
    String sameName = names.putIfAbsent(name, id);
    if (sameName != null && !name.isEmpty()) {
      fields.refuse(
          "name", "'%s' is the name of virtual key '%s' already".formatted(name, sameName));
    }
    String sameSecret = secrets.putIfAbsent(hash, id);
    if (sameSecret != null && fields.has("value")) {
      fields.refuse("value", "is the secret of virtual key '%s' already".formatted(sameSecret));
    }
  }

  private static Optional<Instant> time(Fields fields, String name) {
    Optional<String> text = fields.text(name);
    try {
      return text.map(Instant::parse);
    } catch (DateTimeParseException e) {
      fields.refuse(name, "is no time of the form 2026-01-31T00:00:00Z");
      return Optional.empty();
    }
  }
}
