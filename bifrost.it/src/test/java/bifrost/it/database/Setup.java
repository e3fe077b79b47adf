package bifrost.it.database;

import bifrost.it.bench.BenchConfig;
import bifrost.it.support.Folders;
import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Relay;
import bifrost.tck.postgres.PostgresServer;
import bifrost.tck.upstream.UpstreamSimulator;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A gateway with everything on, an upstream, and a PostgreSQL behind a relay. */
public final class Setup implements AutoCloseable {
  static final String MODEL = "gpt-4o-mini";

  /** What a token of the model costs, in billionths of a dollar. */
  private static final long INPUT_NANOS = 150;

  private static final long OUTPUT_NANOS = 600;
  private static final Duration DRAIN_LIMIT = Duration.ofMinutes(2);

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
  public Setup(String journal, boolean keepsPayloads) throws Exception {
    data = Files.createTempDirectory("bifrost-db-");
    database = PostgresServer.start();
    relay = Relay.to(database.port());
    upstream =
        UpstreamSimulator.start()
            .recording(false)
            .onPath("/v1/chat/completions", new VaryingUsage());
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
    String client =
        "\"disable_content_logging\": %b, \"allow_per_request_content_storage_override\": true, "
            .formatted(!keepsPayloads);
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
    load = new OpenLoad(gateway.port(), BenchConfig.KEY, body());
  }

  /** A chat call of 0.25 kB. */
  static String body() {
    return """
        {"model":"openai/%s","messages":[{"role":"system","content":"You are a helpful assistant."},\
        {"role":"user","content":"Say something nice about the weather in Oslo today, please."}],\
        "max_tokens":100,"temperature":0.7}\
        """
        .formatted(MODEL);
  }

  /** The gateway. */
  public GatewayProcess gateway() {
    return gateway;
  }

  /** Requests of it. */
  public OpenLoad load() {
    return load;
  }

  /** The database, asked without the relay. */
  public PostgresServer database() {
    return database;
  }

  /**
   * Lets the database run only when nobody else wants a processor, as if it had a machine of its
   * own. What it forks later inherits that.
   */
  void lowerDatabasePriority() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("renice", "-n", "19", "-p"));
    command.add(database.query("SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1)"));
    database
        .query("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        .lines()
        .forEach(command::add);
    Process renice = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(renice.getInputStream().readAllBytes());
    if (renice.waitFor() != 0) {
      throw new IOException("the priority of the database cannot be lowered: " + output);
    }
  }

  /** The database is beside the gateway. */
  public void near() throws IOException {
    relay.open(Duration.ZERO);
  }

  /** An answer of the database takes 200 ms longer. */
  public void far() throws IOException {
    relay.open(Duration.ofMillis(100));
  }

  /** Connections to the database are refused. */
  public void stopped() throws IOException {
    relay.refuse();
  }

  /** Connections to the database hang, new ones and those that are open. */
  public void blackholed() throws IOException {
    relay.swallow();
  }

  /** A metric, all its series added. */
  public double metric(String name) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.uri("/metrics")).timeout(Duration.ofSeconds(30)).build();
    return http.send(request, BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Waits until the store has everything. */
  public void awaitDrained() throws IOException, InterruptedException {
    long end = System.nanoTime() + DRAIN_LIMIT.toNanos();
    while (metric("bifrost_journal_watermark_lag") > 0) {
      if (System.nanoTime() > end) {
        throw new IOException("not drained:\n" + gateway.logText());
      }
      Thread.sleep(100);
    }
  }

  /**
   * Drains everything and compares what the database has with what the clients were told: requests,
   * tokens, money, in the log with its totals and in the counter of each budget.
   *
   * @return what was compared, for people
   * @throws IOException when it differs
   */
  public String requireAllSettled() throws IOException, InterruptedException {
    near();
    awaitDrained();
    long cost = load.inputTokens() * INPUT_NANOS + load.outputTokens() * OUTPUT_NANOS;
    String told =
        "%d requests, %d + %d tokens, %d billionths of a dollar"
            .formatted(load.answered(), load.inputTokens(), load.outputTokens(), cost);
    String stored =
        database.query(
            """
            SELECT sum(n) || ' requests, ' || sum(i) || ' + ' || sum(o) || ' tokens, ' || sum(c)
                   || ' billionths of a dollar'
              FROM (SELECT count(*) n, sum(input_tokens) i, sum(output_tokens) o, sum(cost_nanos) c
                      FROM request_log WHERE status = 200 AND virtual_key_id = 'vk1'
                    UNION ALL
                    SELECT sum(requests), sum(input_tokens), sum(output_tokens), sum(cost_nanos)
                      FROM usage_total WHERE virtual_key_id = 'vk1') every
            """);
    if (!stored.equals(told)) {
      throw new IOException("clients were told of %s; stored: %s".formatted(told, stored));
    }
    String budgets =
        database.query(
            """
            SELECT counter || ' ' || sum(slot_value) FROM counter_slot
             WHERE counter LIKE 'budget:%' GROUP BY counter ORDER BY counter
            """);
    if (budgets.isEmpty() || !Arrays.stream(budgets.split("\n")).allMatch(b -> is(b, cost))) {
      throw new IOException(
          "budgets are not all at %d billionths of a dollar:%n%s".formatted(cost, budgets));
    }
    return told;
  }

  private static boolean is(String budget, long cost) {
    return budget.endsWith(" " + cost);
  }

  @Override
  public void close() throws IOException {
    load.close();
    http.close();
    gateway.close();
    upstream.close();
    relay.close();
    database.close();
    Folders.delete(data);
  }
}
