package bifrost.runtime.config;

import static bifrost.runtime.config.ConfigDocuments.EXAMPLE;
import static bifrost.runtime.config.ConfigDocuments.read;
import static bifrost.runtime.config.ConfigDocuments.seeded;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.model.Secret;
import bifrost.api.snapshot.AuthSettings;
import bifrost.api.snapshot.Budget;
import bifrost.api.snapshot.ClientSettings;
import bifrost.api.snapshot.Customer;
import bifrost.api.snapshot.EntityType;
import bifrost.api.snapshot.KeyHash;
import bifrost.api.snapshot.LimitOverride;
import bifrost.api.snapshot.ModelConfig;
import bifrost.api.snapshot.PriceOverride;
import bifrost.api.snapshot.ProviderConfig;
import bifrost.api.snapshot.ProviderKey;
import bifrost.api.snapshot.RateLimit;
import bifrost.api.snapshot.RoutingRule;
import bifrost.api.snapshot.Team;
import bifrost.api.snapshot.VirtualKey;
import bifrost.api.snapshot.Window;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConfigReaderTest {
  @Test
  void theDesignExampleSeedsItsRows() {
    ConfigFile file = read(EXAMPLE);
    assertEquals(List.of(), file.warnings());
    assertEquals(5, file.seeds().size());
    ProviderConfig openai = seeded(file, ProviderConfig.class, "openai");
    assertEquals(Optional.of("https://api.openai.com"), openai.network().baseUrl());
    assertEquals(2, openai.maxRetries());
    ProviderKey key = seeded(file, ProviderKey.class, "openai:k1");
    assertEquals(Secret.ofReference("env.OPENAI_API_KEY", "sk-openai-secret"), key.value());
    assertTrue(seeded(file, ClientSettings.class, ClientSettings.ID).enforceAuth());
  }

  @Test
  void aVirtualKeyKeepsOnlyTheHashOfItsSecret() {
    VirtualKey key = seeded(read(EXAMPLE), VirtualKey.class, "vk-1");
    assertEquals(KeyHash.of(Secret.of("sk-bf-0123456789")), key.hash());
    assertEquals("vk-1:openai", key.providers().get(0).id());
    assertTrue(key.providers().get(0).models().allows("gpt-4o"));
    assertFalse(read(EXAMPLE).toString().contains("0123456789"));
  }

  @Test
  void inlineLimitsGetIdsOfTheirOwner() {
    VirtualKey key = seeded(read(EXAMPLE), VirtualKey.class, "vk-1");
    assertEquals(
        List.of(
            new Budget(
                "virtual_key:vk-1:budget:1M",
                100_000_000_000L,
                Window.parse("1M"),
                Budget.Kind.SOFT,
                0)),
        key.limits().budgets());
    assertEquals(
        Set.of(
            new RateLimit(
                "virtual_key:vk-1:requests:1m",
                RateLimit.Metric.REQUESTS,
                600,
                Window.parse("1m"),
                0),
            new RateLimit(
                "virtual_key:vk-1:tokens:1m",
                RateLimit.Metric.TOKENS,
                200_000,
                Window.parse("1m"),
                0)),
        Set.copyOf(key.limits().rateLimits()));
  }

  @Test
  void theSharesOfHardBudgetsComeToOneAtMost() {
    String config =
        """
        {"cluster_config": {"enabled": true, "node_id": "%s", "peers": ["h:1"],
          "hard_budget_shares": {"a": 1, "b": 2, "c": 0}},
         "framework": {"pricing": {"pricing_url": "/prices.json"}}}
        """;
    long sum = 0;
    for (String node : List.of("a", "b", "c", "unnamed")) {
      Map<String, Object> governor =
          read(config.formatted(node)).plugins().get("bifrost.governance");
      assertEquals("/prices.json", governor.get("prices_location"));
      sum += (Long) governor.get("hard_budget_share");
    }
    assertEquals(999_999, sum);
    assertEquals(
        null,
        read(config.formatted("a").replace("true", "false"))
            .plugins()
            .get("bifrost.governance")
            .get("hard_budget_share"));
  }

  @Test
  void theAdminPasswordIsHashed() {
    AuthSettings auth = seeded(read(EXAMPLE), AuthSettings.class, "admin");
    assertTrue(auth.enabled());
    assertEquals("admin", auth.username());
    assertTrue(PasswordHash.matches(Secret.of("correct horse"), auth.passwordHash().reveal()));
    assertFalse(PasswordHash.matches(Secret.of("wrong horse"), auth.passwordHash().reveal()));
  }

  @Test
  void eachPluginSectionBecomesAPid() {
    ConfigFile file = read(EXAMPLE);
    assertEquals(Optional.of("eu-1"), file.nodeId());
    assertEquals(
        Set.of(
            "bifrost.storage",
            "bifrost.sync.membership",
            "bifrost.sync.replication",
            "bifrost.sync.diagnosis",
            "bifrost.discovery.etcd"),
        file.plugins().keySet());
    Map<String, Object> storage = file.plugins().get("bifrost.storage");
    assertEquals("jdbc:postgresql://pg-us:5432/bifrost", storage.get("write.url"));
    assertEquals("jdbc:postgresql://pg-eu:5432/bifrost", storage.get("read.url"));
    assertEquals("pg-secret", storage.get("read.password"));
    assertEquals("(osgi.jdbc.driver.class=org.postgresql.Driver)", storage.get("factory.target"));
    Map<String, Object> membership = file.plugins().get("bifrost.sync.membership");
    assertEquals(10101L, membership.get("port"));
    assertEquals("eu-west-1", membership.get("region"));
    assertArrayEquals(
        new String[] {"us-east-1", "eu-west-1"}, (String[]) membership.get("expected_regions"));
    assertArrayEquals(
        new String[] {"MDEyMzQ1Njc4OWFiY2RlZg=="}, (String[]) membership.get("secret_keys"));
    Map<String, Object> replication = file.plugins().get("bifrost.sync.replication");
    assertEquals("/c.pem", replication.get("tls.cert"));
    Map<String, Object> diagnosis = file.plugins().get("bifrost.sync.diagnosis");
    assertEquals("etcd", diagnosis.get("discovery_type"));
    assertEquals(replication.get("tls.ca"), diagnosis.get("tls.ca"));
    assertArrayEquals(
        new String[] {"us-east-1", "eu-west-1"}, (String[]) diagnosis.get("expected_regions"));
    Map<String, Object> etcd = file.plugins().get("bifrost.discovery.etcd");
    assertEquals("bifrost-cluster", etcd.get("service_name"));
    assertEquals("bifrost-cluster", replication.get("cluster"), "unless it is set");
    assertArrayEquals(new String[] {"http://etcd-1:2379"}, (String[]) etcd.get("etcd_endpoints"));
  }

  @Test
  void beaconsAreSignedWithTheKeysOfGossip() {
    ConfigFile file =
        read(
            """
            {"cluster_config": {"enabled": true,
              "gossip": {"secret_keys": ["MDEyMzQ1Njc4OWFiY2RlZg=="]},
              "grpc": {"insecure": true},
              "discovery": {"enabled": true, "type": "udp", "service_name": "bifrost",
                "udp_broadcast_port": 10199, "allowed_address_space": ["10.0.0.0/8"]}}}
            """);
    assertArrayEquals(
        new String[] {"MDEyMzQ1Njc4OWFiY2RlZg=="},
        (String[]) file.plugins().get("bifrost.discovery.udp").get("secret_keys"));
  }

  @Test
  void replicationListensWhereGossipDoesUnlessItSaysOtherwise() {
    String cluster =
        """
        {"cluster_config": {"enabled": true, "peers": ["h:1"],
          "gossip": {"bind_address": "10.0.0.1"}, "grpc": {"insecure": true%s}}}
        """;
    Map<String, Object> same =
        read(cluster.formatted("")).plugins().get("bifrost.sync.replication");
    assertEquals("10.0.0.1", same.get("bind_address"));
    assertEquals(true, same.get("insecure"));
    Map<String, Object> own =
        read(cluster.formatted(", \"bind_address\": \"10.0.0.2\""))
            .plugins()
            .get("bifrost.sync.replication");
    assertEquals("10.0.0.2", own.get("bind_address"));
  }

  @Test
  void inBrokerModeBrokersTakeThePlaceOfGossip() {
    ConfigFile file =
        read(
            """
            {"cluster_config": {"enabled": true, "type": "broker", "region": "eu",
              "broker": {"address": "b1:1,b2:2", "ca": "/ca.pem", "auth_token": "0123456789abcdef"}}}
            """);
    assertEquals(
        Set.of("bifrost.storage", "bifrost.sync.replication", "bifrost.sync.broker"),
        file.plugins().keySet());
    Map<String, Object> broker = file.plugins().get("bifrost.sync.broker");
    assertEquals("b1:1,b2:2", broker.get("address"));
    assertEquals("/ca.pem", broker.get("ca"));
    assertEquals("0123456789abcdef", broker.get("auth_token"));
    assertEquals("eu", broker.get("region"));
  }

  @Test
  void anEmptyFileMeansTheEmbeddedStore() {
    ConfigFile file = read("{}");
    assertEquals(List.of(), file.seeds());
    assertEquals(Set.of("bifrost.storage"), file.plugins().keySet());
    assertTrue(
        file.plugins()
            .get("bifrost.storage")
            .get("write.url")
            .toString()
            .startsWith("jdbc:h2:file:/data/store"));
    assertEquals(file.plugins(), read("{\"config_store\": {\"type\": \"h2\"}}").plugins());
  }

  @Test
  void theOriginalFormOfTheStoreIsTaken() {
    Map<String, Object> storage =
        read("""
        {"config_store": {"enabled": true, "type": "postgres", "config": {
          "host": "db", "port": "5433", "user": "u", "password": "env.PG_PASSWORD",
          "db_name": "bifrost", "ssl_mode": "require", "max_open_conns": 20,
          "max_idle_conns": 5}}}
        """)
            .plugins()
            .get("bifrost.storage");
    assertEquals("jdbc:postgresql://db:5433/bifrost?sslmode=require", storage.get("write.url"));
    assertEquals("u", storage.get("write.user"));
    assertEquals("pg-secret", storage.get("write.password"));
    assertEquals(20L, storage.get("max_connections"));
  }

  @Test
  void numbersAndFlagsMayComeFromTheEnvironment() {
    ConfigFile file =
        read(
            """
            {"config_store": {"type": "postgres", "config": {"host": "db", "db_name": "b", "port": "env.PORT"}},
             "client": {"enforce_auth_on_inference": "env.FLAG"}}
            """);
    assertTrue(
        file.plugins().get("bifrost.storage").get("write.url").toString().contains(":6543/"));
    assertTrue(seeded(file, ClientSettings.class, ClientSettings.ID).enforceAuth());
  }

  @Test
  void everyFieldOfAProviderIsTaken() {
    ConfigFile file =
        read(
            """
            {"providers": {"my-azure": {
              "keys": [
                {"id": "k-a", "name": "a", "value": "literal", "models": ["gpt-4o", "regex:o[134].*"],
                 "blacklisted_models": ["o1-pro"], "weight": 0.5, "aliases": {"fast": "gpt-4o-mini"},
                 "azure_key_config": {"endpoint": "https://x.azure.com", "client_secret": "env.PG_PASSWORD",
                                      "deployments": {"gpt-4o": "my-deployment"}},
                 "settings": {"zone": "b"}},
                {"name": "Second Key"}],
              "network_config": {"base_url": "http://127.0.0.1:9/v1/", "default_request_timeout_in_seconds": 30,
                "max_retries": 3, "retry_backoff_initial": 100, "retry_backoff_max": 2000,
                "max_conns_per_host": 50, "stream_idle_timeout_in_seconds": 20,
                "extra_headers": {"X-Team": "a"}, "insecure_skip_verify": true,
                "ca_cert_pem": "-----BEGIN CERTIFICATE-----\\nx\\n-----END CERTIFICATE-----",
                "proxy": "http://proxy:3128"},
              "concurrency_and_buffer_size": {"concurrency": 10, "buffer_size": 20},
              "custom_provider_config": {"base_provider_type": "azure"},
              "budgets": [{"id": "b", "max_limit": 1.5, "reset_duration": "2Q", "kind": "hard",
                           "created_at": "2026-01-01T00:00:00Z"}]}}}
            """);
    ProviderConfig provider = seeded(file, ProviderConfig.class, "my-azure");
    assertEquals(Optional.of("azure"), provider.base());
    assertEquals(Optional.of("http://127.0.0.1:9/v1"), provider.network().baseUrl());
    assertEquals(Duration.ofSeconds(30), provider.network().requestTimeout());
    assertEquals(Duration.ofSeconds(20), provider.network().streamIdleTimeout());
    assertEquals(50, provider.network().maxConnections());
    assertEquals("a", provider.network().extraHeaders().get(0).value());
    assertTrue(provider.network().insecureSkipVerify());
    assertEquals(Optional.of("http://proxy:3128"), provider.network().proxy());
    assertEquals(3, provider.maxRetries());
    assertEquals(Duration.ofMillis(100), provider.backoffInitial());
    assertEquals(Duration.ofMillis(2000), provider.backoffMax());
    assertEquals(10, provider.concurrency());
    assertEquals(20, provider.queueSize());
    assertEquals(
        new Budget("b", 1_500_000_000L, Window.parse("6M"), Budget.Kind.HARD, 1_767_225_600_000L),
        provider.limits().budgets().get(0));
    ProviderKey key = seeded(file, ProviderKey.class, "k-a");
    assertEquals(Secret.of("literal"), key.value());
    assertEquals(0.5, key.weight());
    assertEquals(Map.of("fast", "gpt-4o-mini", "gpt-4o", "my-deployment"), key.aliases());
    assertEquals(Secret.of("https://x.azure.com"), key.settings().get("azure_endpoint"));
    assertEquals(
        Secret.ofReference("env.PG_PASSWORD", "pg-secret"),
        key.settings().get("azure_client_secret"));
    assertEquals(Secret.of("b"), key.settings().get("zone"));
    assertFalse(key.models().allows("o1-pro"));
    assertTrue(key.models().allows("o3-mini"));
    assertTrue(seeded(file, ProviderKey.class, "my-azure:second-key").models().allows("anything"));
  }

  @Test
  void governanceRefersByIdAndByName() {
    ConfigFile file =
        read(
            """
            {"providers": {"openai": {"keys": [{"name": "k1", "value": "v"}, {"name": "k2", "value": "v"}]}},
             "governance": {
               "customers": [{"id": "c1", "name": "ACME", "budgets": [{"max_limit": 10, "reset_duration": "1d"}],
                              "calendar_aligned": true}],
               "teams": [{"id": "t1", "name": "Team", "customer_id": "c1", "rate_limit_id": "r1"}],
               "virtual_keys": [{"name": "My Key", "value": "sk-bf-123456", "team_id": "t1", "is_active": false,
                 "expires_at": "2030-01-01T00:00:00Z", "description": "d", "disable_content_logging": true,
                 "provider_configs": [{"id": 7, "provider": "openai", "allowed_models": ["gpt-4o"],
                                       "key_ids": ["k2"], "weight": null}]}],
               "budgets": [{"id": "b1", "max_limit": 5, "reset_duration": "1w", "team_id": "t1"},
                           {"id": "b2", "max_limit": 6, "reset_duration": "1w", "provider_config_id": "7"},
                           {"id": "b3", "max_limit": 7, "reset_duration": "1w", "virtual_key_id": "my-key"}],
               "rate_limits": [{"id": "r1", "request_max_limit": 5, "request_reset_duration": "1h"}],
               "model_configs": [{"id": "m1", "model_name": "gpt-4o", "provider": "openai",
                                  "scope": "virtual_key", "scope_id": "my-key",
                                  "rate_limit": {"token_max_limit": 9, "token_reset_duration": "1m"}}],
               "routing_rules": [{"id": "r1", "name": "rule", "cel_expression": "true", "priority": 3,
                                  "scope": "team", "scope_id": "t1", "fallbacks": ["openai/gpt-4o"],
                                  "targets": [{"provider": "openai", "model": "x", "key_id": "k1", "weight": 0.5}]}],
               "pricing_overrides": [{"id": "p1", "model": "m", "provider": "openai", "prices": {"input_tokens": 2.5}}]}}
            """);
    assertEquals(List.of(), file.warnings());
    assertTrue(seeded(file, Customer.class, "c1").limits().calendarAligned());
    Team team = seeded(file, Team.class, "t1");
    assertEquals("b1", team.limits().budgets().get(0).id());
    assertEquals("team:t1:requests:1h", team.limits().rateLimits().get(0).id());
    VirtualKey key = seeded(file, VirtualKey.class, "my-key");
    assertEquals("My Key", key.name());
    assertEquals("b3", key.limits().budgets().get(0).id());
    assertEquals(List.of("openai:k2"), key.providers().get(0).keyIds());
    assertEquals("7", key.providers().get(0).id());
    assertEquals(Optional.empty(), key.providers().get(0).weight());
    assertEquals("b2", key.providers().get(0).limits().budgets().get(0).id());
    assertEquals(Optional.of("my-key"), seeded(file, ModelConfig.class, "m1").virtualKeyId());
    RoutingRule rule = seeded(file, RoutingRule.class, "r1");
    assertEquals(RoutingRule.Scope.TEAM, rule.scope());
    assertEquals(Optional.of("openai:k1"), rule.targets().get(0).keyId());
    assertEquals(
        Map.of("input_tokens", 2_500_000_000L), seeded(file, PriceOverride.class, "p1").prices());
  }

  @Test
  void anOverrideAddsToALimitForSomeWindowsOrUntilItIsRemoved() {
    ConfigFile file =
        read(
            """
            {"governance": {"teams": [{"id": "t1", "name": "Team", "budgets": [
               {"id": "b1", "max_limit": 5, "reset_duration": "1w", "override_amount": 2.5,
                "override_mode": "cycles", "override_cycles_total": 3,
                "override_anchor_reset": "2026-01-31T00:00:00Z"},
               {"id": "b2", "max_limit": 5, "reset_duration": "1d", "override_amount": 1,
                "override_mode": "forever"}]}]}}
            """);
    List<Budget> budgets = seeded(file, Team.class, "t1").limits().budgets();
    assertEquals(
        Optional.of(new LimitOverride(2_500_000_000L, 3, 1_769_817_600_000L)),
        budgets.get(0).override());
    assertEquals(Optional.of(new LimitOverride(1_000_000_000L, 0, 0)), budgets.get(1).override());
  }

  @Test
  void whereThePricesAreIsToldToGovernance() {
    ConfigFile file =
        read(
            """
            {"framework": {"pricing": {"pricing_url": "/etc/prices.json", "pricing_sync_interval": 3600}},
             "governance": {"unpriced_ceiling_usd": 0.25}}
            """);
    assertEquals(
        Map.of(
            "prices_location", "/etc/prices.json",
            "prices_refresh_seconds", 3600L,
            "unpriced_ceiling_usd", "0.25"),
        file.plugins().get("bifrost.governance"));
  }

  @Test
  void fieldsOfTheOriginalProductWithoutEffectAreNamed() {
    ConfigFile file =
        read(
            """
            {"$schema": "x", "version": 2, "client": {"initial_pool_size": 300, "drop_excess_requests": false},
             "framework": {"pricing": {"live_models_sync_interval": 60}}, "logs_store": {"enabled": true, "type": "sqlite", "config": {"path": "x"}}}
            """);
    assertTrue(
        file.warnings()
            .contains(
                "client.initial_pool_size: has no effect: requests run on virtual threads, there is"
                    + " no pool"),
        file.warnings().toString());
    assertEquals(5, file.warnings().size(), file.warnings().toString());
  }

  @Test
  void aMissingAllowListIsNamedBecauseItAllowsNothing() {
    ConfigFile file =
        read(
            """
            {"providers": {"openai": {}},
             "governance": {"virtual_keys": [{"name": "a", "value": "sk-bf-123456",
               "provider_configs": [{"provider": "opnai"}]}]}}
            """);
    assertEquals(
        List.of(
            "governance.virtual_keys[0].provider_configs[0].provider: 'opnai' is not in this file's"
                + " providers, did you mean 'openai'?",
            "governance.virtual_keys[0].provider_configs[0].allowed_models: is missing, so nothing"
                + " is allowed; write [\"*\"] to allow all",
            "governance.virtual_keys[0].provider_configs[0].key_ids: is missing, so nothing is"
                + " allowed; write [\"*\"] to allow all"),
        file.warnings());
    assertFalse(seeded(file, VirtualKey.class, "a").providers().get(0).models().allows("gpt-4o"));
  }

  @Test
  void theFileMayBeTheOnlyTruthOfTheSectionsThatItHolds() {
    assertEquals(
        Set.of(EntityType.PROVIDER, EntityType.PROVIDER_KEY, EntityType.TEAM),
        read("{\"source_of_truth\": \"config.json\", \"providers\": {}, \"governance\": {\"teams\":"
                + " []}}")
            .authoritative());
    assertEquals(
        Set.of(), read("{\"source_of_truth\": \"split\", \"providers\": {}}").authoritative());
  }

  @Test
  void aPluginOfItsOwnGetsItsConfig() {
    ConfigFile file =
        read(
            "{\"plugins\": [{\"name\": \"org.acme.guard\", \"config\": {\"level\": 3, \"key\":"
                + " \"env.PG_PASSWORD\"}}]}");
    assertEquals(
        "{\"level\":3,\"key\":\"env.PG_PASSWORD\"}",
        seeded(file, bifrost.api.snapshot.PluginSettings.class, "org.acme.guard")
            .properties()
            .text());
  }

  @Test
  void aSeedHashFollowsTheRowAndNotItsLayout() {
    String one =
        "{\"providers\": {\"a\": {\"network_config\": {\"max_retries\": 1, \"base_url\":"
            + " \"http://x\"}}}}";
    String other =
        "{ \"providers\": {\"a\": {\"network_config\": { \"base_url\": \"http://x\",\n"
            + "\"max_retries\": 1}}}}";
    String third = one.replace(": 1", ": 2");
    assertEquals(hash(one), hash(other));
    assertFalse(hash(one).equals(hash(third)));
    String withKey =
        "{\"providers\": {\"a\": {\"keys\": [{\"name\": \"k\"}], \"network_config\":"
            + " {\"max_retries\": 1, \"base_url\": \"http://x\"}}}}";
    assertEquals(hash(one), hash(withKey), "a key is a row of its own");
  }

  @Test
  void aSeedHashFollowsTheEnvironmentExceptForProviderKeys() {
    String json =
        "{\"providers\": {\"a\": {\"keys\": [{\"name\": \"k\", \"value\": \"env.X\"}],"
            + " \"network_config\": {\"base_url\": \"env.URL\"}}}}";
    ConfigFile before = read(json, Map.of("X", "1", "URL", "http://one"));
    ConfigFile after = read(json, Map.of("X", "2", "URL", "http://two"));
    assertEquals(before.seeds().get(0).hash(), after.seeds().get(0).hash(), "key");
    assertFalse(before.seeds().get(1).hash().equals(after.seeds().get(1).hash()), "provider");
  }

  private static String hash(String json) {
    return read(json).seeds().stream()
        .filter(seed -> seed.type() == EntityType.PROVIDER)
        .findFirst()
        .orElseThrow()
        .hash();
  }
}
