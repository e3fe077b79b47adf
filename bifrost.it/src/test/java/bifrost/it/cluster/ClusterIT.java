package bifrost.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.it.support.GatewayProcess;
import bifrost.it.support.Management.Answer;
import bifrost.tck.tls.TestAuthority;
import bifrost.tck.tls.TestCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways of two regions are one, whatever others send to their ports. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {
  private static final String KEYS = "/api/governance/virtual-keys";

  @TempDir private static Path folder;

  private static TestAuthority authority;
  private static Pair pair;

  @BeforeAll
  static void start() throws Exception {
    authority = new TestAuthority("our CA");
    pair = new Pair(folder, authority);
    pair.awaitLinked();
  }

  @AfterAll
  static void stop() {
    if (pair != null) {
      pair.close();
    }
  }

  @Test
  @Order(1)
  void nodesJoinAndShowEachOther() throws Exception {
    GatewayProcess a = pair.a();
    a.awaitLog("node-b: joined from 127.0.0.1, region us");
    pair.b().awaitLog("node-a: joined from 127.0.0.1, region eu");
    String status = Pair.get(a, "/api/cluster/status");
    assertTrue(status.contains("\"cluster_health\":\"HEALTHY\""), status);
    assertTrue(status.contains("\"leader\":\"node-a\""), status);
    assertTrue(a.shell("bifrost:members").contains("node-b"));
    String metrics = Pair.get(a, "/metrics");
    assertTrue(metrics.contains("bifrost_replication_lag_seconds{member=\"node-b\"}"), metrics);
  }

  @Test
  @Order(2)
  void whatIsSpentOnOneNodeCountsOnTheOther() throws Exception {
    for (int i = 0; i < Pair.LIMIT; i++) {
      assertEquals(200, Pair.chat(pair.a(), "sk-bf-shared"));
    }
    assertEquals(429, Pair.chat(pair.a(), "sk-bf-shared"));
    pair.await(
        "b does not count what was spent on a",
        () -> Pair.get(pair.b(), KEYS + "/vk").contains("\"request_current_usage\":5"));
    assertEquals(429, Pair.chat(pair.b(), "sk-bf-shared"));
  }

  @Test
  @Order(3)
  void aChangeThatWaitsForTheClusterHoldsOnTheOtherNodeWhenItIsAnswered() throws Exception {
    for (int i = 0; i < 5; i++) {
      String id = "waits-" + i;
      make(id);
      assertEquals(200, Pair.chat(pair.b(), "sk-bf-" + id));
      boolean ends = i % 2 == 0;
      Answer ended =
          ends
              ? Pair.manage(pair.a(), "DELETE", KEYS + "/" + id + "?wait=cluster", "")
              : Pair.manage(
                  pair.a(), "PUT", KEYS + "/" + id + "?wait=cluster", "{\"is_active\": false}");
      assertEquals(true, ended.at("cluster", "everywhere"), ended.text());
      assertEquals(List.of("node-b"), ended.at("cluster", "applied"), ended.text());
      assertEquals(ends ? 401 : 403, Pair.chat(pair.b(), "sk-bf-" + id));
    }
  }

  @Test
  @Order(4)
  void aMemberThatDoesNotConfirmInTimeIsNamedAndHasTheChangeWhenItGoesOn() throws Exception {
    make("paused");
    pair.b().pause();
    Answer ended;
    try {
      ended = Pair.manage(pair.a(), "DELETE", KEYS + "/paused?wait=cluster&wait_ms=300", "");
    } finally {
      pair.b().resume();
    }
    assertEquals(200, ended.status(), ended.text());
    assertEquals(false, ended.at("cluster", "everywhere"), ended.text());
    assertEquals(List.of(), ended.at("cluster", "applied"), ended.text());
    assertEquals(List.of("node-b"), ended.at("cluster", "missing"), ended.text());
    pair.await("b still takes the key", () -> Pair.chat(pair.b(), "sk-bf-paused") == 401);
  }

  /** What somebody does, and what the log says of it. */
  private record Attack(String named, TestCertificate shown, Harm harm) {
    interface Harm {
      void by(Intruder intruder) throws Exception;
    }
  }

  @Test
  @Order(5)
  void whoeverBreaksTheRulesIsRefusedByNameAndTheLinkGoesOn() throws Exception {
    Instant now = Instant.now();
    Duration day = Duration.ofDays(1);
    TestCertificate stolen = authority.node("node-b");
    List<Attack> attacks =
        List.of(
            new Attack(
                "issued by 'CN=their CA', does not lead to a certificate in ca",
                new TestAuthority("their CA").node("node-b"),
                intruder -> intruder.callAs("node-b")),
            new Attack(
                "expired at",
                issue(now.minus(day), now.minusSeconds(60)),
                intruder -> intruder.callAs("node-b")),
            new Attack(
                "one of the clocks is wrong",
                issue(now.plusSeconds(300), now.plus(day)),
                intruder -> intruder.callAs("node-b")),
            new Attack(
                "does not stand for it",
                authority.node("node-x"),
                intruder -> intruder.callAs("node-b")),
            new Attack(
                "it is no member that is present here",
                authority.node("node-x"),
                intruder -> intruder.callAs("node-x")),
            new Attack("it speaks no TLS", stolen, Intruder::sendNoise),
            new Attack("it breaks the rules of HTTP/2", stolen, Intruder::sendNoiseOverTls),
            new Attack("exceeds maximum", stolen, Intruder::sendHugeFrame),
            new Attack(
                "message exceeds maximum size 4194304: 1073741824",
                stolen,
                intruder -> intruder.sendHugeMessage("node-b")),
            new Attack(
                "it opened stream after stream", stolen, intruder -> intruder.flood("node-b")),
            new Attack("no greeting came", stolen, intruder -> intruder.callAs("node-b")));
    String before = Pair.get(pair.a(), "/metrics");
    List<Thread> intruders = new ArrayList<>();
    for (int i = 0; i < attacks.size(); i++) {
      Attack attack = attacks.get(i);
      Intruder intruder = new Intruder(host(i), pair.linkPort(), attack.shown());
      intruders.add(Thread.ofVirtual().start(() -> harm(attack, intruder)));
    }
    make("meanwhile");
    for (int i = 0; i < attacks.size(); i++) {
      String line = "replication refused " + host(i) + "\\b.*\\Q" + attacks.get(i).named() + "\\E";
      pair.a().awaitLog(line);
      intruders.get(i).join();
    }
    String after = Pair.get(pair.a(), "/metrics");
    String ended = "bifrost_replication_dials_failed_total";
    assertEquals(line(before, ended), line(after, ended), "the link to node-b was ended");
    assertFalse(pair.a().logText().contains("replication cannot be linked"), pair.a()::logText);
    assertTrue(pair.a().alive());
    make("afterwards");
    assertEquals(200, Pair.chat(pair.b(), "sk-bf-afterwards"));
  }

  @Test
  @Order(6)
  void anotherAuthorityEndsLinksUntilBothNodesTrustIt() throws Exception {
    TestAuthority next = new TestAuthority("next CA");
    pair.trust("node-a", next);
    pair.a().awaitLog("replication ends links to 1 nodes.*'node-b': .*issued by 'CN=our CA'");
    pair.trust("node-b", next);
    pair.a().awaitLog("replication is linked again to node-b");
    make("renewed");
  }

  @Test
  @Order(7)
  void nodesSeeAKillAReturnAndALeaving() throws Exception {
    GatewayProcess a = pair.a();
    pair.b().kill();
    a.awaitLog("node-b: failed");
    pair.startBAgain();
    pair.b().awaitLog("node-a: joined");
    pair.await("b has not joined again", () -> count("node-b: joined") == 2);
    pair.b().terminate();
    pair.b().awaitExit();
    a.awaitLog("node-b: left");
    assertEquals(1, count("node-b: failed"));
    assertFalse(a.logText().contains(Pair.GOSSIP_KEY));
  }

  /** Makes a key on the second node, and waits until the first one has it. */
  private static void make(String id) throws Exception {
    Answer made =
        Pair.manage(
            pair.b(),
            "POST",
            KEYS + "?wait=cluster&wait_ms=30000",
            """
            {"id": "%1$s", "name": "%1$s", "value": "sk-bf-%1$s", "allow_all_providers": true}"""
                .formatted(id));
    assertEquals(201, made.status(), made.text());
    assertEquals(true, made.at("cluster", "everywhere"), made.text());
    assertEquals(200, Pair.chat(pair.a(), "sk-bf-" + id));
  }

  private static TestCertificate issue(Instant from, Instant until) {
    return authority.request("node-b").uri("bifrost://node/node-b").valid(from, until).issue();
  }

  private static String host(int attack) {
    return "127.0.5." + (attack + 1);
  }

  private static void harm(Attack attack, Intruder intruder) {
    try {
      attack.harm().by(intruder);
    } catch (IOException e) {
      // the node has ended it
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static long count(String text) {
    return pair.a().log().stream().filter(line -> line.contains(text)).count();
  }

  private static String line(String metrics, String name) {
    return metrics.lines().filter(line -> line.startsWith(name + " ")).findFirst().orElseThrow();
  }
}
