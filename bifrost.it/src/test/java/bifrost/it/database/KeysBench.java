package bifrost.it.database;

import bifrost.it.bench.Jcmd;
import bifrost.it.support.Folders;
import bifrost.it.support.GatewayProcess;
import bifrost.tck.postgres.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Boots from a PostgreSQL with many virtual keys, in a heap of 2 GiB, and says how much of it is
 * live.
 */
public final class KeysBench {
  /** A key as in the design's example: one provider, a budget, a rate limit. */
  private static final String CONFIG =
      """
      {"config_store": {"type": "postgres", "write": {"url": "%s", "user": "postgres"}},
       "providers": {"openai": {"keys": [{"name": "k1", "value": "sk-upstream", "models": ["*"]}]}},
       "governance": {"virtual_keys": [{
         "id": "vk1", "name": "bench", "value": "sk-bf-bench-0123456789abcdef0123456789",
         "provider_configs": [{"provider": "openai", "weight": 1, "allowed_models": ["*"], "key_ids": ["*"]}],
         "budgets": [{"max_limit": 100.0, "reset_duration": "1M"}],
         "rate_limit": {"request_max_limit": 600, "request_reset_duration": "1m",
                        "token_max_limit": 200000, "token_reset_duration": "1m"}}]}}
      """;

  private static final int STEP = 50_000;
  private static final String COPIES =
      """
      INSERT INTO config_entity
        (entity_type, entity_id, version_time, version_node, content, seed_hash, deleted)
      SELECT entity_type, 'vk-' || i, version_time, version_node,
             replace(
               regexp_replace(
                 replace(content, '"name":"bench"', '"name":"key ' || i || '"'),
                 '"hash":"[0-9a-f]*"', '"hash":"' || encode(sha256(i::text::bytea), 'hex') || '"'),
               'vk1', 'vk-' || i),
             '', false
        FROM config_entity, generate_series(%d, %d) AS i
       WHERE entity_type = 'virtual_key' AND entity_id = 'vk1'\
      """;

  private KeysBench() {}

  /** Measures; argument: how many keys. */
  public static void main(String... arguments) throws Exception {
    int keys = Integer.parseInt(arguments[0]);
    Path data = Files.createTempDirectory("bifrost-bench-keys-");
    try (PostgresServer database = PostgresServer.start()) {
      String config = CONFIG.formatted(database.url());
      try (GatewayProcess seeding = GatewayProcess.builder().config(config).data(data).start()) {
        seeding.terminate();
        seeding.awaitExit();
      }
      // each key has the provider, the budget and the rate limit of the first
      for (int from = 2; from <= keys; from += STEP) {
        database.query(COPIES.formatted(from, Math.min(keys, from + STEP - 1)));
      }
      for (String source : new String[] {"PostgreSQL", "the local snapshot"}) {
        boot(source, config, data, keys);
        database.stop();
      }
    } finally {
      Folders.delete(data);
    }
  }

  private static void boot(String source, String config, Path data, int keys) throws Exception {
    try (GatewayProcess gateway =
            GatewayProcess.builder().config(config).data(data).jvm("-Xmx2g").launch();
        HttpClient http = HttpClient.newHttpClient()) {
      awaitReady(gateway, http);
      double ready = (System.nanoTime() - gateway.startedNanos()) / 1e9;
      String page =
          http.send(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:" + gateway.port() + "/ready"))
                      .build(),
                  BodyHandlers.ofString())
              .body();
      System.out.printf(
          Locale.ROOT,
          "%,d virtual keys from %s, -Xmx2g: configuration read in %s s, ready %.1f s after the"
              + " start, %.0f MiB live%n",
          keys,
          source,
          page.replaceFirst(".*\"boot_seconds\":([0-9.]+).*", "$1"),
          ready,
          Jcmd.liveHeapMib(gateway.pid()));
      long end = System.nanoTime() + 120_000_000_000L;
      // what was there before holds one key; a key takes more than 20 bytes
      while (Files.size(data.resolve("snapshot.sealed")) < 20L * keys && System.nanoTime() < end) {
        Thread.sleep(100);
      }
      System.out.printf(
          Locale.ROOT,
          "local snapshot: %.0f MiB%n",
          Files.size(data.resolve("snapshot.sealed")) / 1048576.0);
      gateway.terminate();
      gateway.awaitExit();
    }
  }

  /** Longer than others wait for a gateway: the start is what is measured. */
  private static void awaitReady(GatewayProcess gateway, HttpClient http)
      throws InterruptedException {
    HttpRequest ready =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/ready")).build();
    long end = System.nanoTime() + 240_000_000_000L;
    while (true) {
      try {
        if (http.send(ready, BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        // it does not listen yet
      }
      if (System.nanoTime() > end || !gateway.alive()) {
        throw new AssertionError("not ready:\n" + gateway.logText());
      }
      Thread.sleep(50);
    }
  }
}
