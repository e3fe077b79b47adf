package bifrost.runtime.config;

import bifrost.api.model.Secret;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.snapshot.ModelFilter;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.runtime.config.json.Fields;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The section {@code providers}: providers by name, each with its keys. */
final class ProviderSection {
  private static final String OWN_ROWS = "keys";

  private final Seeds seeds;
  private final LimitsReader limits;
  private final Map<String, Map<String, String>> keyIds = new LinkedHashMap<>();

  ProviderSection(Seeds seeds, LimitsReader limits) {
    this.seeds = seeds;
    this.limits = limits;
  }

  /** The providers that were read, each with the ids of its keys by their names. */
  Map<String, Map<String, String>> keyIds() {
    return keyIds;
  }

  void read(Fields section) {
    section
        .objectsByName()
        .forEach(
            (name, fields) -> {
              Ids.requireProvider(section, name, name);
              keyIds.put(name, new HashMap<>());
              for (Fields key : fields.objects(OWN_ROWS)) {
                readKey(name, key);
              }
              readProvider(name, fields);
            });
  }

  /** Reads a provider without its keys. */
  void readProvider(String name, Fields fields) {
    ProviderConfig defaults = ProviderConfig.named(name);
    Optional<Fields> network = fields.object("network_config");
    Optional<Fields> capacity = fields.object("concurrency_and_buffer_size");
    NetworkSettings settings =
        new NetworkReader()
            .read(network, fields.object("proxy_config"))
            .orElse(NetworkSettings.DEFAULT);
    int retries = network.map(n -> (int) n.whole("max_retries", 0, 10).orElse(0)).orElse(0);
    long initial = millis(network, "retry_backoff_initial", defaults.backoffInitial());
    long max = millis(network, "retry_backoff_max", defaults.backoffMax());
    network.ifPresent(Fields::end);
    int concurrency = number(capacity, "concurrency", 1, defaults.concurrency());
    int queue = number(capacity, "buffer_size", 0, defaults.queueSize());
    capacity.ifPresent(Fields::end);
    Optional<String> base = base(fields);
    LimitsReader.Read held = limits.read(fields, "provider", name);
    for (String capture :
        List.of(
            "send_back_raw_request",
            "send_back_raw_response",
            "store_raw_request_response",
            "prompt_cache")) {
      fields.ignore(capture, "Bifrost does not offer it");
    }
    fields.end();
    fields
        .build(
            () ->
                new ProviderConfig(
                    name,
                    base,
                    settings,
                    retries,
                    Duration.ofMillis(initial),
                    Duration.ofMillis(Math.max(initial, max)),
                    concurrency,
                    queue,
                    held.limits()))
        .ifPresent(
            provider -> seeds.addWithout(Set.of(OWN_ROWS), fields, provider, held.sources()));
  }

  private Optional<String> base(Fields fields) {
    Optional<Fields> custom = fields.object("custom_provider_config");
    Optional<String> base = custom.map(c -> c.requiredText("base_provider_type"));
    custom.ifPresent(
        c -> {
          c.ignore("is_key_less", "the base provider's adapter decides it");
          c.end();
        });
    return base;
  }

  /** Reads a key of a provider. */
  void readKey(String provider, Fields fields) {
    String name = fields.requiredText("name");
    String id = fields.has("id") ? Ids.of(fields, name) : provider + ":" + Ids.slug(name);
    Secret value = fields.secret("value").orElse(Secret.EMPTY);
    List<String> models = fields.has("models") ? fields.texts("models") : List.of("*");
    List<String> denied = fields.texts("blacklisted_models");
    double weight = fields.real("weight", 0, 1e9).orElse(1);
    Map<String, String> aliases = new LinkedHashMap<>(fields.textMap("aliases"));
    Map<String, Secret> settings = new HashMap<>(fields.secretMap("settings"));
    VendorKeySettings.read(fields, settings, aliases);
    fields.ignore("use_for_batch_api", "any key may be used for batches");
    if (fields.flag("enabled").equals(Optional.of(false))) {
      fields.refuse("enabled", "a key cannot be switched off; leave it out, or give it weight 0");
    }
    fields.end();
    Map<String, String> ids = keyIds.computeIfAbsent(provider, p -> new HashMap<>());
    if (ids.putIfAbsent(name, id) != null) {
      fields.refuse("name", "'%s' is the name of another key of '%s'".formatted(name, provider));
    }
    fields
        .build(
            () ->
                new ProviderKey(
                    id,
                    provider,
                    name,
                    value,
                    ModelFilter.of(models, denied),
                    weight,
                    aliases,
                    settings))
        .ifPresent(key -> seeds.addByReference(fields, key));
  }

  private static long millis(Optional<Fields> network, String name, Duration fallback) {
    return network
        .map(n -> n.whole(name, 0, 600_000).orElse(fallback.toMillis()))
        .orElse(fallback.toMillis());
  }

  private static int number(Optional<Fields> fields, String name, int least, int fallback) {
    return fields.map(f -> (int) f.whole(name, least, 1_000_000).orElse(fallback)).orElse(fallback);
  }
}
