package bifrost.runtime.config;

import bifrost.api.model.InvalidConfigException;
import bifrost.api.snapshot.Entity;
import bifrost.runtime.config.json.Environment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assertions;

/** Reads documents that tests write inline. */
final class ConfigDocuments {
  /** The example of the design page, word for word but for what it leaves out. */
  static final String EXAMPLE =
      """
      {
        "providers":  { "openai": { "keys": [ { "name": "k1", "value": "env.OPENAI_API_KEY", "models": ["*"], "weight": 1 } ],
                                    "network_config": { "base_url": "https://api.openai.com", "max_retries": 2 } } },
        "governance": { "virtual_keys": [ { "id": "vk-1", "name": "web", "value": "sk-bf-0123456789",
                                            "provider_configs": [ { "provider": "openai", "weight": 1, "allowed_models": ["*"], "key_ids": ["*"] } ],
                                            "budgets": [ { "max_limit": 100.0, "reset_duration": "1M" } ],
                                            "rate_limit": { "request_max_limit": 600, "request_reset_duration": "1m",
                                                            "token_max_limit": 200000, "token_reset_duration": "1m" } } ],
                        "teams": [], "customers": [], "auth_config": { "admin_username": "admin", "admin_password": "env.BIFROST_ADMIN_PASSWORD" } },
        "client":     { "enforce_auth_on_inference": true, "max_request_body_size_mb": 100 },
        "config_store": { "type": "postgres",
                          "read":  { "url": "jdbc:postgresql://pg-eu:5432/bifrost", "user": "bifrost", "password": "env.PG_PASSWORD" },
                          "write": { "url": "jdbc:postgresql://pg-us:5432/bifrost", "user": "bifrost", "password": "env.PG_PASSWORD" } },
        "cluster_config": { "enabled": true, "node_id": "eu-1", "region": "eu-west-1", "expected_regions": ["us-east-1", "eu-west-1"],
                            "gossip": { "port": 10101, "secret_keys": ["env.BIFROST_GOSSIP_KEY"] },
                            "grpc":   { "port": 10102, "tls": { "cert": "/c.pem", "key": "/k.pem", "ca": "/ca.pem" } },
                            "discovery": { "enabled": true, "type": "etcd", "service_name": "bifrost-cluster",
                                           "etcd_endpoints": ["http://etcd-1:2379"] } }
      }
      """;

  static final Map<String, String> VARIABLES =
      Map.of(
          "OPENAI_API_KEY", "sk-openai-secret",
          "BIFROST_ADMIN_PASSWORD", "correct horse",
          "PG_PASSWORD", "pg-secret",
          "BIFROST_GOSSIP_KEY", "MDEyMzQ1Njc4OWFiY2RlZg==",
          "PORT", "6543",
          "FLAG", "true");

  private ConfigDocuments() {}

  static ConfigFile read(String json) {
    return read(json, VARIABLES);
  }

  static ConfigFile read(String json, Map<String, String> variables) {
    return new ConfigReader(new Environment(variables::get), Path.of("/data"))
        .read(json.getBytes(StandardCharsets.UTF_8), "config.json");
  }

  /** The message with which a document is refused. */
  static String refusal(String json) {
    return Assertions.assertThrows(InvalidConfigException.class, () -> read(json)).getMessage();
  }

  /** The entity that a document seeds. */
  static <E extends Entity> E seeded(ConfigFile file, Class<E> type, String id) {
    return file.seeds().stream()
        .filter(seed -> seed.type().entityClass() == type && seed.id().equals(id))
        .map(seed -> type.cast(seed.content().get()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " " + id));
  }
}
