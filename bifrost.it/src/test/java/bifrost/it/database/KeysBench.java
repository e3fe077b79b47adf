package bifrost.it.database;

import bifrost.it.bench.Jcmd;
import bifrost.it.support.Folders;
import bifrost.it.support.GatewayProcess;
import bifrost.tck.postgres.PostgresServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Boots from a PostgreSQL with many virtual keys, and from the local snapshot, in a heap of 1 GiB;
 * says how long that takes, how much of the heap is live, and what a change takes.
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

  private static final String HEAP = "-Xmx1g";
  private static final int CHANGES = 200;

  private KeysBench() {}

  /** Measures; argument: how many keys. */
  public static void main(String... arguments) throws Exception {
    int keys = Integer.parseInt(arguments[0]);
    Path data = Files.createTempDirectory("bifrost-bench-keys-");
    try (PostgresServer database = PostgresServer.start();
        HttpClient http = HttpClient.newHttpClient()) {
      String config = CONFIG.formatted(database.url());
      try (GatewayProcess seeding =
          GatewayProcess.builder()
              .config(config)
              .data(data)
              .jvm(GatewayProcess.ALL_COMPILERS)
              .start()) {
        change(seeding, http, "vk1", 1);
        seeding.terminate();
        seeding.awaitExit();
      }
      // each key has the provider, the budget and the rate limit of the first
      for (int from = 2; from <= keys; from += STEP) {
        database.query(COPIES.formatted(from, Math.min(keys, from + STEP - 1)));
      }
      boot("PostgreSQL", config, data, http, keys);
      database.stop();
      boot("the local snapshot", config, data, http, keys);
    } finally {
      Folders.delete(data);
    }
  }

  private static void boot(String source, String config, Path data, HttpClient http, int keys)
      throws Exception {
    Path collections = Files.createTempFile(data, "gc-", ".log");
    try (GatewayProcess gateway =
        GatewayProcess.builder()
            .config(config)
            .data(data)
            .jvm(HEAP + " " + GatewayProcess.ALL_COMPILERS + " " + GcLog.flag(collections))
            .launch()) {
      awaitReady(gateway, http);
      double ready = (System.nanoTime() - gateway.startedNanos()) / 1e9;
      print(
          "%,d virtual keys from %s, %s: configuration read in %s s, ready %.1f s after the start",
          keys,
          source,
          HEAP,
          get(gateway, http, "/ready").replaceFirst(".*\"boot_seconds\":([0-9.]+).*", "$1"),
          ready);
      print("  until then: %s", GcLog.read(collections));
      Path snapshot = data.resolve("snapshot.sealed");
      long end = System.nanoTime() + 600_000_000_000L;
      // what was there before holds one key; a key takes more than 20 bytes
      while (Files.size(snapshot) < 20L * keys) {
        if (System.nanoTime() > end) {
          throw new AssertionError("no local snapshot of the keys:\n" + gateway.logText());
        }
        Thread.sleep(100);
      }
      print(
          "  local snapshot: %.0f MiB, there %.1f s after the start",
          Files.size(snapshot) / 1048576.0, (System.nanoTime() - gateway.startedNanos()) / 1e9);
      change(gateway, http, "vk-" + keys / 2, keys);
      print("  in all: %s", GcLog.read(collections));
      print("  live: %.0f MiB", Jcmd.liveHeapMib(gateway.pid()));
      gateway.terminate();
      gateway.awaitExit();
    }
  }

  /** Changes one key again and again: it holds, and is on disk, when the call is answered. */
  private static void change(GatewayProcess gateway, HttpClient http, String id, int keys)
      throws Exception {
    long[] nanos = new long[CHANGES];
    for (int i = -20; i < CHANGES; i++) {
      HttpRequest request =
          HttpRequest.newBuilder(gateway.uri("/api/governance/virtual-keys/" + id))
              .header("Content-Type", "application/json")
              .PUT(BodyPublishers.ofString("{\"description\": \"change %d\"}".formatted(i)))
              .build();
      long start = System.nanoTime();
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new AssertionError(answer.statusCode() + " " + answer.body());
      }
      nanos[Math.max(0, i)] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    print(
        "  a change of a key by the management API, %,d loaded: p50 %.2f ms, p90 %.2f ms",
        keys, nanos[CHANGES / 2] / 1e6, nanos[CHANGES * 9 / 10] / 1e6);
  }

  /** Longer than others wait for a gateway: the start is what is measured. */
  private static void awaitReady(GatewayProcess gateway, HttpClient http)
      throws InterruptedException {
    HttpRequest ready = HttpRequest.newBuilder(gateway.uri("/ready")).build();
    long end = System.nanoTime() + 600_000_000_000L;
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

  private static String get(GatewayProcess gateway, HttpClient http, String path)
      throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(gateway.uri(path)).build(), BodyHandlers.ofString())
        .body();
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
