package bifrost.runtime.snapshot;

import bifrost.api.model.Header;
import bifrost.api.model.Json;
import bifrost.api.model.Secret;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.snapshot.AuthSettings;
import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.ClientSettings;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.LimitOverride;
import bifrost.api.snapshot.Limits;
import bifrost.api.snapshot.ModelConfig;
import bifrost.api.snapshot.ModelFilter;
import bifrost.api.snapshot.PluginSettings;
import bifrost.api.snapshot.PriceOverride;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.RateLimit;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.VirtualKey;
import bifrost.api.snapshot.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** Entities for tests: plain ones, and random ones of every kind. */
public final class Samples {
  private static final String[] TEXTS = {
    "", "a", "env.HOME", "ä中😀", "with \"quotes\" and \\", "line\nbreak", "{\"v\":2}", " x "
  };

  private final Random random;

  /** Samples of a seed. */
  public Samples(long seed) {
    this.random = new Random(seed);
  }

  /** A virtual key that may use nothing. */
  public static VirtualKey virtualKey(String id, String secret) {
    return virtualKey(id, secret, Optional.empty(), true);
  }

  /** A virtual key of a team. */
  public static VirtualKey virtualKey(
      String id, String secret, Optional<String> team, boolean active) {
    return new VirtualKey(
        id,
        "name of " + id,
        "",
        KeyHash.of(Secret.of(secret)),
        active,
        List.of(),
        false,
        team,
        Optional.empty(),
        Optional.empty(),
        Limits.NONE,
        Optional.empty());
  }

  /** A provider's key. */
  public static ProviderKey providerKey(String provider, String name) {
    return new ProviderKey(
        provider + ":" + name,
        provider,
        name,
        Secret.of("value of " + name),
        ModelFilter.ALL,
        1,
        Map.of(),
        Map.of());
  }

  /** A random entity of a kind. */
  public Entity entity(EntityType type, String id) {
    return switch (type) {
      case PROVIDER -> provider(id);
      case PROVIDER_KEY ->
          new ProviderKey(
              id, word(), word(), secret(), models(), random.nextDouble(), texts(), secrets());
      case VIRTUAL_KEY -> randomVirtualKey(id);
      case TEAM -> new Team(id, word(), optional(this::word), limits());
      case CUSTOMER -> new Customer(id, word(), limits());
      case MODEL_CONFIG ->
          new ModelConfig(id, word(), optional(this::word), optional(this::word), limits());
      case ROUTING_RULE ->
          new RoutingRule(
              id,
              text(),
              random.nextBoolean(),
              text(),
              list(this::target),
              list(this::text),
              pick(RoutingRule.Scope.values()),
              optional(this::word),
              random.nextInt());
      case PRICE ->
          new PriceOverride(
              id,
              optional(this::word),
              word(),
              optional(this::word),
              Map.of("input_tokens", random.nextLong(), "output_tokens", random.nextLong()));
      case CLIENT -> client();
      case AUTH -> new AuthSettings(random.nextBoolean(), text(), secret());
      case PLUGIN -> new PluginSettings(id, new Json("{\"a\":\"" + word() + "\"}"));
    };
  }

  private ProviderConfig provider(String id) {
    NetworkSettings network =
        new NetworkSettings(
            optional(() -> "https://" + word()),
            Duration.ofMillis(1 + random.nextInt(1_000_000)),
            Duration.ofMillis(1 + random.nextInt(1_000_000)),
            1 + random.nextInt(1_000_000),
            list(() -> new Header(word(), text())),
            random.nextBoolean(),
            optional(this::word),
            optional(() -> "http://user:pass@" + word()));
    return new ProviderConfig(
        id,
        optional(this::word),
        network,
        random.nextInt(11),
        Duration.ofMillis(random.nextInt(1000)),
        Duration.ofMillis(1000 + random.nextInt(1000)),
        1 + random.nextInt(1_000_000),
        random.nextInt(1_000_000),
        limits());
  }

  private VirtualKey randomVirtualKey(String id) {
    boolean team = random.nextBoolean();
    return new VirtualKey(
        id,
        word(),
        text(),
        KeyHash.of(Secret.of(word())),
        random.nextBoolean(),
        list(
            () ->
                new VirtualKey.ProviderGrant(
                    word(),
                    word(),
                    optional(random::nextDouble),
                    models(),
                    list(this::word),
                    limits())),
        random.nextBoolean(),
        team ? optional(this::word) : Optional.empty(),
        team ? Optional.empty() : optional(this::word),
        optional(() -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000))),
        limits(),
        optional(random::nextBoolean));
  }

  private ClientSettings client() {
    return new ClientSettings(
        random.nextBoolean(),
        1024 + random.nextInt(1 << 29),
        Duration.ofMillis(1 + random.nextInt(1_000_000)),
        1 + random.nextInt(1_000_000),
        random.nextBoolean(),
        random.nextBoolean(),
        1 + random.nextInt(1000),
        list(this::word),
        list(this::word));
  }

  private RoutingRule.Target target() {
    return new RoutingRule.Target(
        optional(this::word), optional(this::word), optional(this::word), random.nextDouble());
  }

  private Limits limits() {
    if (random.nextBoolean()) {
      return Limits.NONE;
    }
    return new Limits(
        list(
            () ->
                new Budget(
                    word(),
                    random.nextLong(Long.MAX_VALUE),
                    window(),
                    pick(Budget.Kind.values()),
                    random.nextLong(),
                    optional(
                        () ->
                            new LimitOverride(
                                random.nextLong(Long.MAX_VALUE),
                                random.nextInt(100),
                                random.nextLong())))),
        list(
            () ->
                new RateLimit(
                    word(),
                    pick(RateLimit.Metric.values()),
                    random.nextLong(Long.MAX_VALUE),
                    window(),
                    random.nextLong())),
        random.nextBoolean());
  }

  private Window window() {
    return new Window(1 + random.nextInt(100_000), pick(Window.Unit.values()));
  }

  private ModelFilter models() {
    return switch (random.nextInt(3)) {
      case 0 -> ModelFilter.ALL;
      case 1 -> ModelFilter.of(List.of(), List.of(word()));
      default -> ModelFilter.of(List.of(word(), "regex:o[1-4]"), List.of());
    };
  }

  private Secret secret() {
    return switch (random.nextInt(4)) {
      case 0 -> Secret.EMPTY;
      case 1 -> Secret.ofReference("env.SET", "value of SET");
      case 2 -> Secret.ofReference("env.UNSET", "");
      default -> Secret.of(word() + text());
    };
  }

  private Map<String, Secret> secrets() {
    Map<String, Secret> secrets = new HashMap<>();
    list(this::word).forEach(name -> secrets.put(name, Secret.of(word())));
    return secrets;
  }

  private Map<String, String> texts() {
    Map<String, String> texts = new HashMap<>();
    list(this::word).forEach(name -> texts.put(name, text()));
    return texts;
  }

  private String text() {
    return pick(TEXTS);
  }

  private String word() {
    return "w" + Integer.toString(random.nextInt(1_000_000), 36);
  }

  private <T> T pick(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private <T> Optional<T> optional(Supplier<T> maker) {
    return random.nextBoolean() ? Optional.of(maker.get()) : Optional.empty();
  }

  private <T> List<T> list(Supplier<T> maker) {
    List<T> list = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      list.add(maker.get());
    }
    return list;
  }
}
