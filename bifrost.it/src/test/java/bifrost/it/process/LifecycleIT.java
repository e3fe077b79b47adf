package bifrost.it.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Lab;
import bifrost.it.support.RawHttp;
import bifrost.tck.upstream.UpstreamSimulator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Start, stop, kill and restart of the process. */
class LifecycleIT {
  @Test
  void withoutAnyConfigurationTheEchoProviderAnswers() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.builder().start()) {
      assertEquals(200, chat(gateway, "echo/echo-1"));
      gateway.terminate();
      assertEquals(0, gateway.awaitExit(), gateway::logText);
    }
  }

  @Test
  void aStopLetsARunningStreamEndAndRefusesNewConnections() throws Exception {
    Semaphore next = new Semaphore(0);
    try (UpstreamSimulator upstream = UpstreamSimulator.start();
        GatewayProcess gateway =
            GatewayProcess.builder().config(Lab.config("swap.json", upstream.baseUrl())).start()) {
      upstream.next(
          wire -> {
            wire.startEvents();
            wire.event("{\"n\":1}");
            next.acquire();
            wire.event("{\"n\":2}");
            wire.event("[DONE]");
            wire.end();
          });
      try (RawHttp http = new RawHttp(gateway.port())) {
        http.send(RawHttp.post("/v1/chat/completions", Lab.streamBody("openai/m")));
        assertEquals(200, http.head().status());
        http.readUntil("\"n\":1");
        gateway.terminate();
        awaitRefused(gateway);
        next.release();
        http.readUntil("[DONE]");
      }
      assertEquals(0, gateway.awaitExit(), gateway::logText);
    }
  }

  @Test
  void aKilledProcessStartsAgainOnItsData(@TempDir Path data) throws Exception {
    for (int i = 0; i < 2; i++) {
      try (GatewayProcess gateway =
          GatewayProcess.builder()
              .data(data)
              .config(Lab.config("swap.json", "http://127.0.0.1:9"))
              .start()) {
        assertEquals(200, chat(gateway, "echo/echo-1"));
        gateway.kill();
        assertNotEquals(0, gateway.awaitExit());
      }
    }
    try (GatewayProcess gateway = GatewayProcess.builder().data(data).start()) {
      String models = get(gateway, "/v1/models");
      assertTrue(models.contains("openai/") || chat(gateway, "openai/m") != 404, models);
    }
  }

  @Test
  void aPortThatIsTakenIsNamedAndTheProcessEnds() throws Exception {
    try (GatewayProcess first = GatewayProcess.builder().start();
        GatewayProcess second = GatewayProcess.builder().port(first.port()).launch()) {
      assertEquals(1, second.awaitExit(), second::logText);
      assertTrue(second.logText().contains(Integer.toString(first.port())), second::logText);
    }
  }

  @Test
  void aDataFolderInUseIsNamedAndTheProcessEnds() throws Exception {
    try (GatewayProcess first = GatewayProcess.builder().start();
        GatewayProcess second = GatewayProcess.builder().data(first.data()).launch()) {
      assertEquals(1, second.awaitExit(), second::logText);
      assertTrue(second.logText().contains(first.data().toString()), second::logText);
      assertEquals(200, chat(first, "echo/echo-1"));
    }
  }

  @Test
  void anAddressThatOthersReachNeedsAdminCredentials() throws Exception {
    try (GatewayProcess gateway =
        GatewayProcess.builder().argument("--host").argument("0.0.0.0").launch()) {
      assertEquals(1, gateway.awaitExit(), gateway::logText);
      assertTrue(gateway.logText().contains("admin"), gateway::logText);
    }
  }

  @Test
  void theLogOfAnOrdinaryRunHasNoWarning() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.builder().start()) {
      assertEquals(200, chat(gateway, "echo/echo-1"));
      gateway.terminate();
      assertEquals(0, gateway.awaitExit());
      String log = gateway.logText();
      assertFalse(log.contains("WARN") || log.contains("ERROR") || log.contains("\tat "), log);
    }
  }

  private static void awaitRefused(GatewayProcess gateway) throws InterruptedException {
    while (true) {
      try (RawHttp http = new RawHttp(gateway.port())) {
        http.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
        http.answer();
        Thread.sleep(20);
      } catch (IOException e) {
        return;
      }
    }
  }

  private static int chat(GatewayProcess gateway, String model) throws IOException {
    try (RawHttp http = new RawHttp(gateway.port())) {
      return http.send(RawHttp.post("/v1/chat/completions", Lab.chatBody(model))).answer().status();
    }
  }

  private static String get(GatewayProcess gateway, String path) throws IOException {
    try (RawHttp http = new RawHttp(gateway.port())) {
      return http.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").answer().text();
    }
  }
}
