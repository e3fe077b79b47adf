package bifrost.it.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bifrost.it.database.OpenLoad;
import bifrost.it.support.Await;
import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Management;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk of the journal cannot be written, or is full. It is a file system of a few MiB, which
 * only root can mount: others skip the test.
 */
class JournalDiskIT {
  private static final String KEY = "sk-bf-disk-0123456789abcdef";
  private static final String CONFIG =
      """
      {"providers": {"echo": {}},
       "governance": {"virtual_keys": [{
         "id": "vk-1", "name": "key with a name that makes records long %s", "value": "%s",
         "provider_configs": [{"provider": "echo", "weight": 1, "allowed_models": ["*"], "key_ids": ["*"]}],
         "budgets": [{"max_limit": 100.0, "reset_duration": "1d"}]}]}}
      """
          .formatted("x".repeat(150), KEY);
  private static final String BODY =
      "{\"model\":\"echo/echo-1\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
  private static final byte[] PIECE = new byte[16 << 10];

  @TempDir private Path data;

  private Path disk;
  private Path filler;
  private GatewayProcess gateway;
  private Management client;
  private long answered;
  private long refused;

  @BeforeEach
  void mountReadOnly() throws Exception {
    disk = Files.createDirectories(data.resolve("journal"));
    filler = disk.resolve("filler");
    Path plugins = Files.createDirectories(data.resolve("plugins"));
    Files.writeString(
        plugins.resolve("bifrost.runtime.journal.cfg"),
        "segment.mib=1\naccounting.max.mib=4\npayload.max.mib=4\n");
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can mount");
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=24m,ro", "tmpfs", disk.toString()),
        "no mount here");
  }

  @AfterEach
  void unmount() throws Exception {
    if (gateway != null) {
      client.close();
      gateway.close();
    }
    run("umount", "-l", disk.toString());
  }

  @Test
  void diskThatTakesNothingIsReportedAndRefusedUntilItTakesAgainAndNothingIsLost()
      throws Exception {
    gateway = GatewayProcess.builder().config(CONFIG).data(data).launch();
    client = Management.of(gateway);
    gateway.awaitReady();
    chat(); // it is noticed by the first record
    awaitReadiness(503);
    assertEquals(503, chat(), "a read-only disk");

    assertTrue(run("mount", "-o", "remount,rw", disk.toString()));
    awaitReadiness(200);
    assertEquals(200, chat());

    try (OpenLoad load = new OpenLoad(gateway.port(), KEY, BODY)) {
      fillUntilRefused(load);
      answered += load.answered();
      refused += load.failed();
    }
    awaitReadiness(503);
    Management.Answer change =
        client.call("POST", "/api/governance/teams", "{\"id\": \"team-1\", \"name\": \"t\"}");
    assertEquals(201, change.status(), change::text);
    Files.delete(filler);
    awaitReadiness(200);
    assertEquals(200, chat());

    Await.until(
        "not drained",
        gateway::logText,
        () ->
            metric("bifrost_journal_watermark_lag") + metric("bifrost_journal_memory_records")
                == 0);
    assertEquals(answered + refused, stored(""));
    // a full disk folds what was not drained yet: the sums of those requests tell no status
    long folded = (long) metric("bifrost_journal_folded_requests_total");
    long succeeded = stored("?status=success");
    assertTrue(answered - folded <= succeeded && succeeded <= answered, () -> succeeded + " rows");
    assertEquals(0, metric("bifrost_journal_lost_records_total"));
  }

  /** Takes whatever room there is, again and again, until a request is refused. */
  private void fillUntilRefused(OpenLoad load) throws IOException {
    try (OutputStream out =
        Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      do {
        try {
          while (true) {
            out.write(PIECE);
          }
        } catch (IOException e) {
          // it is full
        }
      } while (load.burst(8, 250) == 0);
    }
    assertTrue(load.failures().contains("status 503"), load::failures);
  }

  private int chat() throws IOException, InterruptedException {
    Management.Answer answer = client.chat(KEY, "echo/echo-1", "hello");
    if (answer.status() == 200) {
      answered++;
    } else {
      refused++;
      assertTrue(answer.text().contains("cannot write its journal"), answer::text);
    }
    return answer.status();
  }

  private void awaitReadiness(int status) throws Exception {
    Await.until(
        "/ready is not " + status,
        gateway::logText,
        () -> {
          Management.Answer ready = client.call("GET", "/ready");
          return ready.status() == status
              && (status == 200 || ready.text().contains("the disk of the journal takes nothing"));
        });
  }

  private long stored(String query) throws IOException, InterruptedException {
    return client.call("GET", "/api/logs/stats" + query).<Number>at("total_requests").longValue();
  }

  /** A metric, all its series added. */
  private double metric(String name) throws IOException, InterruptedException {
    return client
        .call("GET", "/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }
}
