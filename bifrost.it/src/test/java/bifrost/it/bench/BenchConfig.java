package bifrost.it.bench;

/** The gateway's configuration: two providers, one for whole answers and one for streams. */
final class BenchConfig {
  private BenchConfig() {}

  static String json(int mock, int streams) {
    return """
        {
          "providers": {
            "openai": {
              "keys": [ { "name": "k1", "value": "sk-upstream", "models": [ "*" ] } ],
              "network_config": { "base_url": "http://127.0.0.1:%d", "max_retries": 2 }
            },
            "streams": {
              "custom_provider_config": { "base_provider_type": "openai" },
              "keys": [ { "name": "k2", "value": "sk-upstream", "models": [ "*" ] } ],
              "network_config": {
                "base_url": "http://127.0.0.1:%d", "stream_idle_timeout_in_seconds": 600
              },
              "concurrency_and_buffer_size": { "concurrency": 20000, "buffer_size": 20000 }
            }
          }
        }
        """
        .formatted(mock, streams);
  }
}
