package bifrost.discovery.consul;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.PeerDiscovery;
import bifrost.tck.consul.ConsulStub;
import bifrost.tck.discovery.RecordingObserver;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the kit does not know of: data centres, agents, tokens, indexes, and a Consul that lies. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class ConsulSessionTest {
  private static final String SERVICE = "bifrost-cluster";
  private static final Announcement SELF = new Announcement("eu-1", "eu", "10.0.0.1", 10101);

  private final RecordingObserver observer = new RecordingObserver();
  private ConsulStub consul;

  @BeforeEach
  void start() throws Exception {
    consul = ConsulStub.start("eu", "us");
    consul.put("us", "us-1", SERVICE, "10.1.0.1", 10101, Map.of("node_id", "us-1"));
  }

  @AfterEach
  void stop() {
    consul.close();
  }

  @Test
  void aDataCentreThatIsCutOffKeepsItsNodesAndIsNamed() throws Exception {
    try (PeerDiscovery.Session session = open("", consul.port("eu"))) {
      awaitBoth();
      consul.setCut("us", true);
      observer.await(
          "the cut is told",
          o -> o.failures().stream().anyMatch(cause -> cause.contains("data centre us")));
      assertTrue(observer.sees("10.1.0.1", 10101));
      consul.put("eu", "eu-2", SERVICE, "10.0.0.2", 10101, Map.of());
      observer.await("the own data centre is followed", o -> o.sees("10.0.0.2", 10101));
      consul.setCut("us", false);
      consul.put("us", "us-2", SERVICE, "10.1.0.2", 10101, Map.of());
      observer.await("the other again", o -> o.sees("10.1.0.2", 10101));
    }
  }

  @Test
  void aDataCentreThatLeavesTheFederationIsNoLongerAsked() throws Exception {
    try (PeerDiscovery.Session session = open("", consul.port("eu"))) {
      awaitBoth();
      consul.remove("us");
      observer.await("gone", o -> !o.sees("10.1.0.1", 10101) && o.sees("10.0.0.1", 10101));
    }
  }

  @Test
  void anotherAgentIsUsedWhileTheLocalOneHangsAndTheLocalOneAgainAfterwards() throws Exception {
    int second = consul.addAgent("eu");
    consul.setDark(consul.port("eu"), true);
    try (PeerDiscovery.Session session = open("", consul.port("eu"), second)) {
      awaitBoth();
      observer.await("registered", o -> o.registrations() == 1);
      consul.setDark(consul.port("eu"), false);
      observer.await("registered with the local agent", o -> o.registrations() == 2);
      consul.awaitServices("withdrawn from the other", "eu", ids -> ids.size() == 1);
    }
    assertEquals(Set.of(), consul.serviceIds("eu"));
  }

  @Test
  void anAgentThatForgotIsToldAgain() throws Exception {
    try (PeerDiscovery.Session session = open("", consul.port("eu"))) {
      awaitBoth();
      consul.forgetServices("eu");
      observer.await("registered again", o -> o.registrations() > 1 && o.sees("10.0.0.1", 10101));
    }
  }

  @Test
  void aRefusedTokenIsNamedWithWhatItNeedsAndNeverShown() throws Exception {
    consul.requireToken("the-right-one");
    try (PeerDiscovery.Session session = open("the-wrong-one", consul.port("eu"))) {
      observer.await("refused", o -> o.failures().size() > 2);
      String cause = String.join(" ", observer.failures());
      assertTrue(cause.contains("403"), cause);
      assertTrue(cause.contains("consul_token needs service:write"), cause);
      assertFalse(cause.contains("the-wrong-one"), cause);
    }
    assertTrue(
        consul.requests().stream().noneMatch(uri -> uri.toString().contains("wrong")),
        "the token is in no address");
  }

  @Test
  void anIndexThatGoesBackIsFollowed() throws Exception {
    try (PeerDiscovery.Session session = open("", consul.port("eu"))) {
      awaitBoth();
      consul.resetIndex("us");
      consul.put("us", "us-2", SERVICE, "10.1.0.2", 10101, Map.of());
      observer.await("after the reset", o -> o.sees("10.1.0.2", 10101));
    }
  }

  @Test
  void changesAreFollowedByBlockingQueriesNotByPolling() throws Exception {
    try (PeerDiscovery.Session session = open("", consul.port("eu"))) {
      awaitBoth();
      consul.put("us", "us-2", SERVICE, "10.1.0.2", 10101, Map.of());
      observer.await("change", o -> o.sees("10.1.0.2", 10101));
      assertTrue(
          consul.requests().stream()
              .map(Object::toString)
              .anyMatch(uri -> uri.contains("index=") && uri.contains("wait=1s")),
          consul.requests()::toString);
    }
  }

  @Test
  void aSlowConsulIsOutwaited() throws Exception {
    consul.setDelay(700);
    try (PeerDiscovery.Session session = open("", consul.port("eu"))) {
      awaitBoth();
      assertEquals(1, observer.registrations());
    }
  }

  @Test
  void answersThatAreTooSlowAreAFailureAndRemoveNobody() throws Exception {
    try (PeerDiscovery.Session session = open("", consul.port("eu"))) {
      awaitBoth();
      consul.setDelay(5_000);
      observer.await(
          "told",
          o -> o.failures().stream().anyMatch(cause -> cause.contains("does not answer within")));
      assertTrue(observer.sees("10.1.0.1", 10101) && observer.sees("10.0.0.1", 10101));
      consul.setDelay(0);
      consul.put("us", "us-2", SERVICE, "10.1.0.2", 10101, Map.of());
      observer.await("works again", o -> o.sees("10.1.0.2", 10101));
    }
  }

  @Test
  void garbageIsAFailureAndRemovesNobody() throws Exception {
    try (PeerDiscovery.Session session = open("", consul.port("eu"))) {
      awaitBoth();
      for (String body : new String[] {"", "<html>", "[{}]", "{\"a\":", "null", "[null]", "7"}) {
        int before = observer.failures().size();
        consul.setGarbage(200, body.getBytes(StandardCharsets.UTF_8));
        observer.await("told: " + body, o -> o.failures().size() > before);
        assertTrue(observer.sees("10.1.0.1", 10101), body);
      }
      int before = observer.failures().size();
      consul.setGarbage(
          500, "rpc error\u0007: no leader\nx".repeat(1_000).getBytes(StandardCharsets.UTF_8));
      observer.await("told", o -> o.failures().size() > before);
      String last = observer.failures().get(observer.failures().size() - 1);
      assertTrue(last.length() < 2_000, () -> "bounded: " + last.length());
      assertEquals(1, last.lines().count());
      consul.setGarbage(200, null);
      consul.put("us", "us-2", SERVICE, "10.1.0.2", 10101, Map.of());
      observer.await("works again", o -> o.sees("10.1.0.2", 10101));
    }
  }

  @Test
  void tenThousandInstancesAreCutAtTheMostThatAClusterCanHave() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      consul.put("us", "n" + i, SERVICE, "10.2.%d.%d".formatted(i / 250, i % 250), 10101, Map.of());
    }
    consul.setDelay(0);
    try (PeerDiscovery.Session session = open("", consul.port("eu"))) {
      observer.await("the most", o -> o.candidates().size() == 4_096);
      observer.await(
          "told", o -> o.failures().stream().anyMatch(cause -> cause.contains("only 4096")));
    }
  }

  @Test
  void whereNoCheckPassesAllAreTriedAndThatIsTold() throws Exception {
    try (PeerDiscovery.Session session = open("", consul.port("eu"))) {
      awaitBoth();
      consul.unreachable("10.0.0.1:10101");
      observer.await(
          "told",
          o ->
              o.failures().stream()
                  .anyMatch(cause -> cause.contains("connect to the gossip port")));
      assertTrue(observer.sees("10.0.0.1", 10101));
    }
  }

  private void awaitBoth() throws InterruptedException {
    observer.await("both", o -> o.sees("10.1.0.1", 10101) && o.sees("10.0.0.1", 10101));
  }

  private PeerDiscovery.Session open(String token, int... ports) {
    return new ConsulDiscovery(TestSettings.of(SERVICE, token, ports)).open(SELF, observer);
  }
}
