package bifrost.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Header;
import bifrost.api.model.InvalidConfigException;
import bifrost.api.model.Json;
import bifrost.api.model.Secret;
import bifrost.api.provider.NetworkSettings;
import bifrost.api.snapshot.AuthSettings;
import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.ClientSettings;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.Entity;
import bifrost.api.snapshot.EntityFormat;
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
import bifrost.runtime.config.json.Environment;
import bifrost.runtime.snapshot.HybridClock;
import bifrost.runtime.snapshot.LoadedSnapshot;
import bifrost.runtime.snapshot.MapSnapshot;
import bifrost.runtime.snapshot.SnapshotService;
import bifrost.runtime.snapshot.codec.EntityCodec;
import bifrost.runtime.snapshot.codec.KeyMaterial;
import bifrost.runtime.snapshot.codec.SecretBox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EntityFormatTest {
  private static final String SECRET = "hidden-7f3a";

  private final SnapshotService snapshots =
      new SnapshotService(
          new LoadedSnapshot(
              MapSnapshot.EMPTY,
              new HybridClock("n", InstantSource.system()),
              new EntityCodec(
                  new SecretBox(new KeyMaterial.Generated(Secret.of("ab".repeat(32)), "file")),
                  Environment.NONE)));
  private final EntityFormat format =
      new EntityFormatService(
          snapshots, Environment.forSecrets(name -> name.equals("SET") ? SECRET : null));

  @AfterEach
  void close() {
    snapshots.close();
  }

  private static Limits limits(String owner) {
    return new Limits(
        List.of(
            new Budget(
                "b-1",
                1_500_000_001L,
                Window.parse("1M"),
                Budget.Kind.HARD,
                1_767_225_600_000L,
                Optional.of(new LimitOverride(2_000_000_000L, 3, 1_767_225_600_000L))),
            new Budget(
                "b-2",
                0,
                Window.parse("1d"),
                Budget.Kind.SOFT,
                0,
                Optional.of(new LimitOverride(1, 0, 0)))),
        List.of(
            new RateLimit(owner + ":tokens:1m", RateLimit.Metric.TOKENS, 9, Window.parse("1m"), 0),
            new RateLimit(
                owner + ":requests:1m", RateLimit.Metric.REQUESTS, 600, Window.parse("1m"), 0),
            new RateLimit(
                owner + ":tokens:1d", RateLimit.Metric.TOKENS, 5, Window.parse("1d"), 86_400_000)),
        true);
  }

  static List<Entity> entities() {
    ModelFilter some = ModelFilter.of(List.of("gpt-4o", "regex:o[1-9].*"), List.of("gpt-4o-bad"));
    return List.of(
        ProviderConfig.named("openai"),
        new ProviderConfig(
            "local",
            Optional.of("vllm"),
            new NetworkSettings(
                Optional.of("http://127.0.0.1:8000"),
                Duration.ofSeconds(7),
                Duration.ofSeconds(8),
                9,
                List.of(new Header("X-Team", SECRET), new Header("X-Other", SECRET + "2")),
                true,
                Optional.of("-----BEGIN CERTIFICATE-----\nx"),
                Optional.of("http://user:" + SECRET + "@proxy:3128")),
            3,
            Duration.ofMillis(10),
            Duration.ofMillis(20),
            5,
            6,
            limits("provider:local")),
        new ProviderKey(
            "openai:k1",
            "openai",
            "k1",
            Secret.of(SECRET),
            some,
            0.5,
            Map.of("fast", "gpt-4o-mini"),
            Map.of("azure_endpoint", Secret.of(SECRET))),
        new ProviderKey(
            "k2",
            "openai",
            "k2",
            Secret.ofReference("env.SET", SECRET),
            ModelFilter.ALL,
            1,
            Map.of(),
            Map.of("region", Secret.ofReference("env.SET", SECRET))),
        new VirtualKey(
            "vk-1",
            "web",
            "for the web",
            KeyHash.of(Secret.of(SECRET)),
            false,
            List.of(
                new VirtualKey.ProviderGrant(
                    "g-1",
                    "openai",
                    Optional.of(0.25),
                    some,
                    List.of("*"),
                    new Limits(
                        List.of(new Budget("g-b", 7, Window.parse("2w"), Budget.Kind.SOFT, 0)),
                        List.of(),
                        false)),
                new VirtualKey.ProviderGrant(
                    "g-2",
                    "echo",
                    Optional.empty(),
                    ModelFilter.of(List.of(), List.of()),
                    List.of(),
                    Limits.NONE)),
            true,
            Optional.of("t"),
            Optional.empty(),
            Optional.of(Instant.parse("2030-01-01T00:00:00Z")),
            limits("virtual_key:vk-1"),
            Optional.of(false)),
        new Team("t", "Team", Optional.of("c"), limits("team:t")),
        new Customer("c", "Customer", limits("customer:c")),
        new ModelConfig(
            "m", "*", Optional.of("openai"), Optional.of("vk-1"), limits("model_config:m")),
        new ModelConfig("m2", "gpt-4o", Optional.empty(), Optional.empty(), Limits.NONE),
        new RoutingRule(
            "r",
            "rule",
            false,
            "model == \"x\"",
            List.of(
                new RoutingRule.Target(
                    Optional.of("openai"), Optional.of("gpt"), Optional.empty(), 0.7)),
            List.of("echo/echo-1"),
            RoutingRule.Scope.TEAM,
            Optional.of("t"),
            -4),
        new PriceOverride(
            "p",
            Optional.of("openai"),
            "gpt-4o",
            Optional.empty(),
            Map.of("input_tokens", 2_500_000_000L, "output_tokens", 1L)),
        new ClientSettings(
            true,
            5L << 20,
            Duration.ofSeconds(30),
            17,
            false,
            false,
            true,
            4,
            List.of("x-team"),
            List.of("https://a.example")),
        new AuthSettings(true, "root", Secret.of(SECRET)),
        new PluginSettings(
            "my.plugin",
            new Json("{\"token\":\"" + SECRET + "\",\"n\":1,\"l\":[\"" + SECRET + "\",true]}")));
  }

  @ParameterizedTest
  @MethodSource("entities")
  void whatWasWrittenIsReadBackAndShowsNoSecret(Entity entity) {
    Json shown = format.write(entity);
    assertFalse(shown.text().contains(SECRET), shown.text());
    assertEquals(entity, format.read(entity.type(), shown, Optional.of(entity)).entity());
  }

  @Test
  void everyKindIsTried() {
    Set<EntityType> tried =
        entities().stream()
            .map(Entity::type)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(EntityType.class)));
    assertEquals(EnumSet.allOf(EntityType.class), tried);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"id\": \"c\", \"name\": \"c\", \"budget\": {}} | budget | did you mean 'budgets'?",
        "{\"id\": \"c\", \"name\": \"c\", \"nmae\": 1} | nmae | unknown field",
        "{\"id\": \"c\"} | name | is missing",
        "{\"id\": \"c\", \"name\": 5} | name | must be a string",
        "{\"id\": \"c d\", \"name\": \"c\"} | id | must be 1 to 128",
        "{\"id\": \"c\", \"name\": \"c\", \"budgets\": [{\"max_limit\": 1}]} |"
            + " budgets[0].reset_duration | is missing",
        "{\"id\": \"c\", \"name\": \"c\", \"budgets\": [{\"max_limit\": -1, \"reset_duration\":"
            + " \"1d\"}]} | budgets[0].max_limit | is -1",
        "{\"id\": \"c\", \"name\": \"c\", \"rate_limit\": {\"request_max_limits\": 1}} |"
            + " request_max_limits | unknown field",
      })
  void whatIsWrongIsNamedByItsPath(String json, String path, String message) {
    InvalidConfigException e =
        assertThrows(
            InvalidConfigException.class,
            () -> format.read(EntityType.CUSTOMER, new Json(json), Optional.empty()));
    assertTrue(e.getMessage().contains(path), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void onlyASecretMayBeAReference() {
    EntityFormat.Read key =
        read(
            EntityType.PROVIDER_KEY,
            "{\"provider\": \"openai\", \"name\": \"env.SET\", \"value\": \"env.SET\"}");
    assertEquals("env.SET", ((ProviderKey) key.entity()).name());
    assertEquals(Optional.of("env.SET"), ((ProviderKey) key.entity()).value().reference());
    assertFalse(format.write(key.entity()).text().contains(SECRET));
  }

  @Test
  void theMaskIsNoSecretOfANewKey() {
    assertThrows(
        InvalidConfigException.class,
        () ->
            read(
                EntityType.PROVIDER_KEY,
                "{\"provider\": \"openai\", \"name\": \"k\", \"value\": \"***\"}"));
  }

  @Test
  void whatIsProbablyNotMeantIsAWarning() {
    EntityFormat.Read key =
        read(
            EntityType.VIRTUAL_KEY,
            "{\"id\": \"v\", \"name\": \"v\", \"value\": \"sk-bf-12345678\", \"provider_configs\":"
                + " [{\"provider\": \"nobody\"}]}");
    assertEquals(3, key.warnings().size(), key.warnings().toString());
  }

  private EntityFormat.Read read(EntityType type, String json) {
    return format.read(type, new Json(json), Optional.empty());
  }
}
