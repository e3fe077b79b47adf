package bifrost.it.database;

import bifrost.it.bench.BenchConfig;
import bifrost.it.bench.Jcmd;
import bifrost.it.support.Folders;
import bifrost.it.support.GatewayProcess;
import bifrost.tck.postgres.PostgresServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Boots from a PostgreSQL with many virtual keys, in a heap of 1 GiB. */
public final class KeysBench {
  private KeysBench() {}

  /** Measures; argument: how many keys. */
  public static void main(String... arguments) throws Exception {
    int keys = Integer.parseInt(arguments[0]);
    Path data = Files.createTempDirectory("bifrost-bench-keys-");
    try (PostgresServer database = PostgresServer.start()) {
      String config =
          BenchConfig.json(1, 1)
              .replaceFirst(
                  "\\{",
                  "{\"config_store\": {\"type\": \"postgres\", \"write\": {\"url\": \"%s\", \"user\": \"postgres\"}},"
                      .formatted(database.url()));
      try (GatewayProcess seeding = GatewayProcess.builder().config(config).data(data).start()) {
        seeding.terminate();
        seeding.awaitExit();
      }
      // each key has the providers, budgets and rate limits of the first
      database.query(
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
            FROM config_entity, generate_series(2, %d) AS i
           WHERE entity_type = 'virtual_key'"""
              .formatted(keys));
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
            GatewayProcess.builder().config(config).data(data).jvm("-Xmx1g").start();
        HttpClient http = HttpClient.newHttpClient()) {
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
          "%,d virtual keys from %s, -Xmx1g: configuration read in %s s, ready %.1f s after the start, %.0f MiB live%n",
          keys,
          source,
          page.replaceFirst(".*\"boot_seconds\":([0-9.]+).*", "$1"),
          ready,
          Jcmd.liveHeapMib(gateway.pid()));
      long end = System.nanoTime() + 60_000_000_000L;
      while (Files.notExists(data.resolve("snapshot.sealed")) && System.nanoTime() < end) {
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
}
