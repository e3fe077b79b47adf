package bifrost.it.bench;

/**
 * The gateway's configuration, with everything on: two providers, one for whole answers and one for
 * streams; a virtual key that must be presented; budgets at four levels and rate limits.
 */
public final class BenchConfig {
  /** The virtual key that requests carry. */
  public static final String KEY = Bench.KEY;

  private static final String BUDGET = "{ \"max_limit\": 1000000, \"reset_duration\": \"1M\" }";

  private BenchConfig() {}

  /** For an upstream of whole answers and one of streams, by their ports. */
  public static String json(int mock, int streams) {
    return """
        {
          "providers": {
            "openai": {
              "keys": [ { "name": "k1", "value": "sk-upstream", "models": [ "*" ] } ],
              "network_config": { "base_url": "http://127.0.0.1:%1$d", "max_retries": 2 }
            },
            "streams": {
              "custom_provider_config": { "base_provider_type": "openai" },
              "keys": [ { "name": "k2", "value": "sk-upstream", "models": [ "*" ] } ],
              "network_config": {
                "base_url": "http://127.0.0.1:%2$d", "stream_idle_timeout_in_seconds": 600
              },
              "concurrency_and_buffer_size": { "concurrency": 20000, "buffer_size": 20000 }
            }
          },
          "client": { "enforce_auth_on_inference": true },
          "governance": {
            "customers": [ { "id": "c1", "name": "customer", "budgets": [ %3$s ] } ],
            "teams": [ { "id": "t1", "name": "team", "customer_id": "c1", "budgets": [ %3$s ] } ],
            "virtual_keys": [ {
              "id": "vk1", "name": "bench", "value": "%4$s", "team_id": "t1",
              "provider_configs": [ %5$s, %6$s ],
              "budgets": [ %3$s ],
              "rate_limit": {
                "request_max_limit": 1000000000, "request_reset_duration": "1m",
                "token_max_limit": 1000000000000, "token_reset_duration": "1m"
              }
            } ]
          }
        }
        """
        .formatted(mock, streams, BUDGET, Bench.KEY, allowed("openai"), allowed("streams"));
  }

  private static String allowed(String provider) {
    return """
        { "provider": "%s", "weight": 1, "allowed_models": [ "*" ], "key_ids": [ "*" ],
          "budgets": [ %s ] }"""
        .formatted(provider, BUDGET);
  }
}
