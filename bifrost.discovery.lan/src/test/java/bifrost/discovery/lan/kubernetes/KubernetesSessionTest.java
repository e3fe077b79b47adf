package bifrost.discovery.lan.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.tck.discovery.RecordingObserver;
import bifrost.tck.kubernetes.ApiServerStub;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the kit does not know of: pages, versions, tokens, and a server that lies. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class KubernetesSessionTest {
  @TempDir Path account;

  private final RecordingObserver observer = new RecordingObserver();
  private ApiServerStub server;

  @BeforeEach
  void start() throws Exception {
    server = new ApiServerStub();
    run("one", "10.0.0.1");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void onlyPodsThatRunAndStayArePeers() throws Exception {
    server.put("bifrost", "pending", "Pending", "10.0.0.7", Map.of());
    server.put("bifrost", "done", "Succeeded", "10.0.0.8", Map.of());
    server.put("other", "other", "Running", "10.0.0.9", Map.of());
    try (PeerDiscovery.Session session = open()) {
      observer.await("one", o -> o.candidates().equals(Set.of(Candidate.of("10.0.0.1", 10101))));
      run("pending", "10.0.0.7");
      observer.await("runs now", o -> o.sees("10.0.0.7", 10101));
      server.terminate("pending");
      observer.await("is being deleted", o -> !o.sees("10.0.0.7", 10101));
      assertEquals(1, observer.candidates().size());
    }
  }

  @Test
  void aListOfManyPagesIsReadWhole() throws Exception {
    for (int i = 0; i < 1_200; i++) {
      run("n" + i, "10.1.%d.%d".formatted(i / 250, i % 250));
    }
    try (PeerDiscovery.Session session = open()) {
      observer.await("all", o -> o.candidates().size() == 1_201);
    }
    assertTrue(server.requests().stream().anyMatch(each -> each.contains("continue=1000")));
  }

  @Test
  void tenThousandPodsAreCutAtTheMostThatAClusterCanHave() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      run("n" + i, "10.1.%d.%d".formatted(i / 250, i % 250));
    }
    try (PeerDiscovery.Session session = open()) {
      observer.await("the most", o -> o.candidates().size() == 4_096);
      observer.await(
          "told",
          o -> o.failures().stream().anyMatch(cause -> cause.contains("more than 4096 pods")));
    }
  }

  @Test
  void aWatchThatEndsGoesOnWhereItEnded() throws Exception {
    try (PeerDiscovery.Session session = open()) {
      observer.await("one", o -> o.sees("10.0.0.1", 10101));
      server.cutWatches();
      run("two", "10.0.0.2");
      observer.await("two", o -> o.sees("10.0.0.2", 10101));
    }
    assertEquals(1, server.requests().stream().filter(each -> each.contains("limit=")).count());
  }

  @Test
  void aVersionThatIsGoneIsListedAgain() throws Exception {
    try (PeerDiscovery.Session session = open()) {
      observer.await("one", o -> o.sees("10.0.0.1", 10101));
      server.delete("one");
      server.compact();
      run("two", "10.0.0.2");
      observer.await(
          "two alone", o -> o.candidates().equals(Set.of(Candidate.of("10.0.0.2", 10101))));
    }
  }

  @Test
  void theTokenIsReadAgainWhenItWasReplaced() throws Exception {
    Files.writeString(account.resolve("token"), "first\n");
    server.requireToken("first");
    try (PeerDiscovery.Session session = open()) {
      observer.await("one", o -> o.sees("10.0.0.1", 10101));
      server.requireToken("second");
      observer.await("refused", o -> !o.failures().isEmpty());
      String cause = observer.failures().get(0);
      assertTrue(cause.contains("401") && cause.contains("token"), cause);
      assertFalse(cause.contains("first"), cause);
      Files.writeString(account.resolve("token"), "second\n");
      run("two", "10.0.0.2");
      observer.await("two", o -> o.sees("10.0.0.2", 10101));
    }
  }

  @Test
  void aMissingPermissionIsNamed() throws Exception {
    server.setStatus(403);
    try (PeerDiscovery.Session session = open()) {
      observer.await("refused", o -> !o.failures().isEmpty());
      assertTrue(
          observer.failures().get(0).contains("get, list and watch on pods in namespace prod"),
          observer.failures()::toString);
      assertEquals(0, observer.answers());
    }
  }

  @Test
  void garbageIsAFailureAndRemovesNobody() throws Exception {
    try (PeerDiscovery.Session session = open()) {
      observer.await("one", o -> o.sees("10.0.0.1", 10101));
      for (String body :
          new String[] {"<html>", "{\"a\":", "7", "{\"type\":\"X\"}", "a".repeat(3 << 20), "[]"}) {
        int before = observer.failures().size();
        server.setGarbage(body.getBytes(StandardCharsets.UTF_8));
        observer.await("told", o -> o.failures().size() > before);
        assertTrue(observer.sees("10.0.0.1", 10101));
      }
      server.setGarbage(null);
      run("two", "10.0.0.2");
      observer.await("works again", o -> o.sees("10.0.0.2", 10101));
    }
  }

  private void run(String name, String address) {
    server.put("bifrost", name, "Running", address, Map.of());
  }

  private PeerDiscovery.Session open() {
    return new KubernetesDiscovery(
            new KubernetesSettings(
                server.uri(),
                "prod",
                "app=bifrost",
                10101,
                account,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofMillis(10)))
        .open(new Announcement("a", "eu", "10.0.0.1", 10101), observer);
  }
}
