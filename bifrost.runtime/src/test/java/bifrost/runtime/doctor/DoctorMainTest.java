package bifrost.runtime.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.api.cluster.Diagnosis.Port;
import bifrost.api.cluster.Diagnosis.PortTest;
import bifrost.api.cluster.Diagnosis.Report;
import bifrost.api.cluster.Finding;
import bifrost.api.cluster.Finding.Severity;
import bifrost.runtime.config.json.JsonText;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorMainTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path folder;

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> authorizations = new ArrayList<>();
  private HttpServer server;

  @AfterEach
  void close() {
    if (server != null) {
      server.stop(0);
    }
  }

  @Test
  void theStatusTellsTheWorstFinding() throws Exception {
    assertEquals(0, ask(200, report()));
    assertTrue(output().startsWith("The cluster as eu-1 (region eu) sees it"), output());
    assertTrue(output().contains(": healthy"), output());
    assertEquals(5, ask(200, report(Severity.WARNING)));
    assertEquals(1, ask(200, report(Severity.ERROR, Severity.WARNING)));
    assertTrue(output().contains("1 error, 1 warning"), output());
  }

  @Test
  void eachFindingIsShownInFullAndClosedPortsWithTheirDirection() throws Exception {
    ask(200, report(Severity.ERROR));
    String text = output();
    for (String part :
        List.of(
            "region-missing [us]",
            "cause     Region us has no member.",
            "evidence  nothing of it",
            "fix       Start it.",
            "eu-1 -> us-1 gossip udp: closed, 3 times")) {
      assertTrue(text.contains(part), text);
    }
  }

  @Test
  void theJsonIsThatOfTheNode() throws Exception {
    String json = JsonText.of(report(Severity.ERROR).asJson());
    assertEquals(1, ask(200, report(Severity.ERROR), "--json"));
    assertEquals(json, output().strip());
  }

  @Test
  void credentialsComeFromTheEnvironmentOnly() throws Exception {
    ask(200, report());
    environment.put("BIFROST_ADMIN_PASSWORD", "secret-word");
    ask(200, report());
    assertEquals(Arrays.asList(null, "Basic YWRtaW46c2VjcmV0LXdvcmQ="), authorizations);
    assertEquals(2, run("--url", "http://admin:secret-word@127.0.0.1:1"));
    assertFalse(errors().contains("secret-word"), errors());
  }

  @Test
  void aNodeThatCannotBeAskedHasAStatusOfItsOwn() throws Exception {
    assertEquals(4, ask(401, report()));
    assertTrue(errors().contains("BIFROST_ADMIN_PASSWORD"), errors());
    assertEquals(4, ask(404, report()));
    assertTrue(errors().contains("is in no cluster"), errors());
    int port = server.getAddress().getPort();
    server.stop(0);
    server = null;
    assertEquals(4, run("--url", "http://127.0.0.1:" + port));
    assertTrue(errors().contains("no node answers"), errors());
  }

  @Test
  void whateverAnswersIsNoReportUnlessItIsOne() throws Exception {
    for (String body :
        List.of(
            "", "[]", "{}", "{\"findings\": 5}", "<html>", "{\"findings\": [1], \"tests\": []}")) {
      assertEquals(4, askText(200, body), body);
    }
  }

  @Test
  void aFileThatCannotBeReadStrictlyIsAnError() throws Exception {
    Path file = folder.resolve("c.json");
    Files.writeString(file, "{\"cluster_config\": {\"enabeld\": true}}");
    assertEquals(1, run("--config", file.toString(), "--data", folder.toString()));
    assertTrue(output().contains("config-invalid"), output());
    assertTrue(output().contains("cluster_config.enabeld"), output());
  }

  @Test
  void aFileWithoutAFaultIsHealthy() throws Exception {
    Path file = folder.resolve("c.json");
    Files.writeString(file, "{}");
    assertEquals(0, run("--config", file.toString(), "--data", folder.toString()));
    assertTrue(output().contains("nothing found that is wrong"), output());
    assertFalse(Files.exists(folder.resolve("store")));
  }

  @Test
  void wrongArgumentsAreRefused() throws Exception {
    assertEquals(2, run("--what"));
    assertEquals(2, run("--url"));
    assertEquals(2, run("--url", "ftp://x"));
  }

  private int ask(int status, Report report, String... more) throws Exception {
    return askText(status, JsonText.of(report.asJson()), more);
  }

  private int askText(int status, String body, String... more) throws Exception {
    if (server != null) {
      server.stop(0);
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
    server.createContext(
        "/api/cluster/diagnostics",
        exchange -> {
          authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    List<String> args = new ArrayList<>(List.of(more));
    args.add("--url");
    args.add("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    return run(args.toArray(String[]::new));
  }

  private int run(String... args) throws InterruptedException {
    output.reset();
    errors.reset();
    return new DoctorMain(new PrintStream(output), new PrintStream(errors), environment::get)
        .run(args);
  }

  private String output() throws IOException {
    return output.toString(StandardCharsets.UTF_8);
  }

  private String errors() throws IOException {
    return errors.toString(StandardCharsets.UTF_8);
  }

  private static Report report(Severity... severities) {
    List<Finding> findings = new ArrayList<>();
    for (Severity severity : severities) {
      findings.add(
          new Finding(
              "region-missing",
              severity,
              "us",
              "Region us has no member.",
              "nothing of it",
              "Start it.",
              NOW));
    }
    return new Report(
        "eu-1",
        "eu",
        NOW,
        Optional.of(NOW),
        findings,
        List.of(
            new PortTest("eu-1", "us-1", Port.GOSSIP_TCP, Outcome.OPEN, 0),
            new PortTest("eu-1", "us-1", Port.GOSSIP_UDP, Outcome.CLOSED, 3)));
  }
}
