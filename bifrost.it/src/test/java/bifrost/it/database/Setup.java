package bifrost.it.database;

import bifrost.it.bench.BenchConfig;
import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Relay;
import bifrost.tck.postgres.PostgresServer;
import bifrost.tck.upstream.UpstreamSimulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A gateway with everything on, an upstream, and a PostgreSQL behind a relay. */
final class Setup implements AutoCloseable {
  static final String MODEL = "gpt-4o-mini";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path data;
  private final PostgresServer database;
  private final Relay relay;
  private final UpstreamSimulator upstream;
  private final GatewayProcess gateway;
  private final OpenLoad load;

  /**
   * Starts all of it.
   *
   * @param journal settings of the journal, as lines of a {@code .cfg} file
   * @param keepsPayloads whether bodies are logged
   */
  Setup(String journal, boolean keepsPayloads) throws Exception {
    data = Files.createTempDirectory("bifrost-bench-db-");
    database = PostgresServer.start();
    relay = Relay.to(database.port());
    upstream = UpstreamSimulator.start().recording(false);
    if (!journal.isEmpty()) {
      Path plugins = Files.createDirectories(data.resolve("plugins"));
      Files.writeString(plugins.resolve("bifrost.runtime.journal.cfg"), journal);
    }
    String store =
        """
        {"config_store": {"type": "postgres",
           "write": {"url": "jdbc:postgresql://127.0.0.1:%d/postgres", "user": "postgres"}},
        """
            .formatted(relay.port());
    String client = "\"disable_content_logging\": " + !keepsPayloads + ", ";
    String config =
        BenchConfig.json(upstream.port(), upstream.port())
            .replaceFirst("\\{", store)
            .replaceFirst("\"client\": \\{", "\"client\": {" + client);
    gateway =
        GatewayProcess.builder()
            .config(config)
            .data(data)
            .jvm("-Xmx1g " + GatewayProcess.ALL_COMPILERS)
            .start();
    load =
        new OpenLoad(
            gateway.port(),
            BenchConfig.KEY,
            """
            {"model":"openai/%s","messages":[{"role":"system","content":"You are a helpful assistant."},\
            {"role":"user","content":"Say something nice about the weather in Oslo today, please."}],\
            "max_tokens":100,"temperature":0.7}\
            """
                .formatted(MODEL));
  }

  OpenLoad load() {
    return load;
  }

  PostgresServer database() {
    return database;
  }

  Path data() {
    return data;
  }

  void near() throws IOException {
    relay.open(Duration.ZERO);
  }

  void far() throws IOException {
    relay.open(Duration.ofMillis(100));
  }

  void stopped() throws IOException {
    relay.refuse();
  }

  void blackholed() throws IOException {
    relay.swallow();
  }

  /** A metric, all its series added. */
  double metric(String name) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/metrics"))
            .timeout(Duration.ofSeconds(30))
            .build();
    return http.send(request, BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Waits until the store has everything. */
  void awaitDrained() throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (metric("bifrost_journal_watermark_lag") > 0) {
      if (System.nanoTime() > end) {
        throw new IOException("not drained:\n" + gateway.logText());
      }
      Thread.sleep(100);
    }
  }

  @Override
  public void close() throws IOException {
    load.close();
    gateway.close();
    upstream.close();
    relay.close();
    database.close();
    bifrost.it.support.Folders.delete(data);
  }
}
