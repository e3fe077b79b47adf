package bifrost.it.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.Await;
import bifrost.it.support.GatewayProcess;
import bifrost.tck.postgres.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The gateway is killed at random moments under load, while a real PostgreSQL comes and goes: each
 * request that a client saw answered has its row, once.
 */
class JournalKillIT {
  private static final int KILLS = Integer.getInteger("bifrost.kills", 3);
  private static final int CLIENTS = 4;
  private static final String BODY =
      "{\"model\":\"echo/echo-1\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";

  @TempDir private Path data;

  private final Random random = new Random(20_260_101);
  private final Set<String> answered = ConcurrentHashMap.newKeySet();
  private final AtomicLong tried = new AtomicLong();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean stopped;
  private int port;
  private PostgresServer database;
  private GatewayProcess gateway;

  @BeforeEach
  void startDatabase() throws Exception {
    database = PostgresServer.start();
    port = GatewayProcess.freePort();
  }

  @AfterEach
  void stopAll() throws Exception {
    stopped = true;
    for (Thread client : clients) {
      client.join();
    }
    if (gateway != null) {
      gateway.close();
    }
    database.close();
  }

  @Test
  void noAnsweredRequestIsLostOrCountedTwiceThroughKillsAndOutages() throws Exception {
    startGateway();
    startClients();
    for (int kill = 0; kill < KILLS; kill++) {
      awaitAnswers(50);
      if (kill % 2 == 0) {
        database.stop();
        awaitAnswers(50 + random.nextInt(100));
      }
      TimeUnit.MILLISECONDS.sleep(random.nextInt(200));
      gateway.kill();
      gateway.awaitExit();
      if (kill % 2 == 0) {
        database.startAgain();
      }
      startGateway();
    }
    awaitAnswers(50);
    stopClients();
    awaitDrained();

    Set<String> rows = new HashSet<>(database.query("SELECT id FROM request_log").lines().toList());
    Set<String> lost = new HashSet<>(answered);
    lost.removeAll(rows);
    assertEquals(Set.of(), lost, "answered " + answered.size() + ", rows " + rows.size());
    assertEquals(
        Integer.toString(rows.size()),
        database.query("SELECT count(*) FROM request_log"),
        "a request is there twice");
    assertTrue(rows.size() <= tried.get(), "more rows than requests");
    assertEquals(
        Integer.toString(KILLS + 1),
        database.query("SELECT count(DISTINCT epoch) FROM journal_watermark"));
  }

  private void startGateway() throws Exception {
    gateway =
        GatewayProcess.builder()
            .config(
                """
                {"config_store": {"type": "postgres",
                                  "write": {"url": "%s", "user": "postgres"}}}
                """
                    .formatted(database.url()))
            .data(data)
            .port(port)
            .launch();
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest ready = HttpRequest.newBuilder(gateway.uri("/ready")).build();
    await("ready", () -> http.send(ready, BodyHandlers.discarding()).statusCode() == 200);
  }

  private void startClients() {
    HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(20))
            .POST(BodyPublishers.ofString(BODY))
            .build();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(Thread.ofVirtual().start(() -> send(http, request)));
    }
  }

  private void send(HttpClient http, HttpRequest request) {
    while (!stopped) {
      tried.incrementAndGet();
      try {
        HttpResponse<Void> answer = http.send(request, BodyHandlers.discarding());
        if (answer.statusCode() == 200) {
          answered.add(answer.headers().firstValue("x-bf-request-id").orElseThrow());
        }
        TimeUnit.MILLISECONDS.sleep(2);
      } catch (IOException e) {
        pause();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitAnswers(int more) throws Exception {
    int enough = answered.size() + more;
    await("enough answers", () -> answered.size() >= enough);
  }

  private void stopClients() throws InterruptedException {
    stopped = true;
    for (Thread client : clients) {
      client.join();
    }
  }

  private void awaitDrained() throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(gateway.uri("/metrics")).build();
    await(
        "drained",
        () ->
            http.send(request, BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith("bifrost_journal_watermark_lag{"))
                .allMatch(line -> line.endsWith(" 0.0") || line.endsWith(" 0")));
    await("without earlier epochs", () -> journals() == 1);
  }

  private long journals() throws IOException {
    try (var folders = Files.list(data.resolve("journal"))) {
      return folders.filter(folder -> folder.getFileName().toString().matches("[0-9]+")).count();
    }
  }

  private void await(String what, Await.Condition condition) throws Exception {
    Await.until("not " + what, () -> gateway.logText(), condition);
  }
}
