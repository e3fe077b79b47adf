package bifrost.sync.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bifrost.api.cluster.Diagnosis.Outcome;
import bifrost.api.cluster.Finding;
import bifrost.sync.diagnosis.probe.Mailbox;
import bifrost.sync.diagnosis.probe.PortTests;
import bifrost.sync.membership.Await;
import bifrost.sync.membership.TestNode;
import bifrost.tck.network.FreePorts;
import bifrost.tck.network.PacketRelay;
import bifrost.tck.network.Relay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Diagnoses of real nodes over real sockets on loopback. */
class DiagnosisComponentTest {
  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZg==";
  private static final String OTHER_KEY = "ZmVkY2JhOTg3NjU0MzIxMA==";

  /** Between looks and tests, and how long a symptom must last. */
  private static final Duration MOMENT = Duration.ofMillis(200);

  private static final Duration SHORT = Duration.ofMillis(500);

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable last : opened.reversed()) {
      last.close();
    }
  }

  @Test
  void aHealthyClusterIsTestedAndHasNoFinding() throws Exception {
    TestNode eu = node("eu-1", "eu", Map.of());
    DiagnosisComponent a = diagnosis(eu, "eu", "us");
    DiagnosisComponent b = diagnosis(node("us-1", "us", joining(eu.port())), "eu", "us");
    Await.until("both say that both ports are open", () -> open(a) == 4 && open(b) == 4);
    assertEquals(List.of(), a.report().findings());
    assertEquals(List.of(), b.report().findings());
    assertEquals("healthy", a.report().asJson().get("health"));
  }

  @Test
  void udpThatIsClosedInOneDirectionIsNamedByBothSides() throws Exception {
    TestNode eu = node("eu-1", "eu", Map.of());
    int port = FreePorts.next();
    Relay tcpOnly = opened(Relay.to("127.0.0.1", port));
    TestNode us = node("us-1", "us", behind(port, tcpOnly.port(), eu));
    DiagnosisComponent a = diagnosis(eu, "eu", "us");
    DiagnosisComponent b = diagnosis(us, "eu", "us");
    await(a, "port-closed-one-way", "gossip UDP eu -> us");
    await(b, "port-closed-one-way", "gossip UDP eu -> us");
    assertTrue(find(a, "port-closed-one-way").cause().contains("from eu-1 to us-1"));
    assertEquals(1, a.report().findings().size(), a.report().findings().toString());
    assertEquals(1.0, metrics(a).get("port-closed-one-way warning"));
  }

  @Test
  void tcpThatIsClosedInOneDirectionIsNamedByBothSides() throws Exception {
    TestNode eu = node("eu-1", "eu", Map.of());
    int port = FreePorts.next();
    PacketRelay udpOnly = opened(PacketRelay.to(port));
    TestNode us = node("us-1", "us", behind(port, udpOnly.port(), eu));
    DiagnosisComponent a = diagnosis(eu, "eu", "us");
    DiagnosisComponent b = diagnosis(us, "eu", "us");
    await(a, "port-closed-one-way", "gossip TCP eu -> us");
    await(b, "port-closed-one-way", "gossip TCP eu -> us");
  }

  @Test
  void anotherKeyIsNamedOnBothSidesAndEndsWhenItIsMended() throws Exception {
    TestNode eu = node("eu-1", "eu", Map.of("secret__keys", new String[] {KEY}));
    Map<String, Object> settings = joining(eu.port());
    settings.put("secret__keys", new String[] {OTHER_KEY});
    TestNode us = node("us-1", "us", settings);
    DiagnosisComponent a = diagnosis(eu);
    DiagnosisComponent b = diagnosis(us);
    await(b, "gossip-key-mismatch", "127.0.0.1:" + eu.port());
    await(a, "gossip-key-mismatch", "127.0.0.1");
    us.close();
    opened.remove(us);
    settings.put("secret__keys", new String[] {KEY});
    DiagnosisComponent mended = diagnosis(node("us-1", "us", settings));
    Await.until("it joins", () -> mended.report().tests().size() > 0);
    assertFalse(has(mended, "gossip-key-mismatch", "127.0.0.1:" + eu.port()));
  }

  @Test
  void anotherLabelIsNamed() throws Exception {
    TestNode eu = node("eu-1", "eu", Map.of("label", "blue"));
    Map<String, Object> settings = joining(eu.port());
    settings.put("label", "green");
    node("us-1", "us", settings);
    await(diagnosis(eu), "cluster-label-mismatch", "127.0.0.1");
  }

  @Test
  void twoNodesWithOneIdAreNamed() throws Exception {
    TestNode eu = node("eu-1", "eu", Map.of());
    node("us-1", "us", joining(eu.port()));
    Await.until("the first joins", () -> eu.membership().view().peers().size() == 1);
    node("us-1", "us", joining(eu.port()));
    await(diagnosis(eu), "duplicate-node-id", "us-1");
  }

  @Test
  void aMissingRegionIsNamedAndEndsWithItsFirstNode() throws Exception {
    TestNode eu = node("eu-1", "eu", Map.of());
    DiagnosisComponent a = diagnosis(eu, "eu", "us");
    await(a, "region-missing", "us");
    assertTrue(has(a, "discovery-off", ""), a.report().findings().toString());
    node("us-1", "us", joining(eu.port()));
    Await.until("the findings end", () -> a.report().findings().isEmpty());
  }

  private static Map<String, Object> behind(int port, int relay, TestNode seed) {
    Map<String, Object> settings = joining(seed.port());
    settings.put("port", port);
    settings.put("advertise__address", "127.0.0.1:" + relay);
    return settings;
  }

  private TestNode node(String id, String region, Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("region", region);
    return opened(TestNode.start(id, all));
  }

  private static Map<String, Object> joining(int port) {
    return new HashMap<>(Map.of("peers", new String[] {"127.0.0.1:" + port}));
  }

  private DiagnosisComponent diagnosis(TestNode node, String... regions) {
    Mailbox mailbox = new Mailbox();
    node.listen(mailbox);
    DiagnosisComponent component =
        new DiagnosisComponent(
            new DiagnosisSettings(List.of(regions), "", MOMENT, MOMENT, ""),
            new PortTests.Limits(MOMENT, SHORT),
            node.membership(),
            node.membership(),
            mailbox);
    opened.add(component::close);
    return component;
  }

  private static void await(DiagnosisComponent diagnosis, String id, String subject)
      throws InterruptedException {
    Await.until(id + " of " + subject + " is found", () -> has(diagnosis, id, subject));
  }

  private static boolean has(DiagnosisComponent diagnosis, String id, String subject) {
    return diagnosis.report().findings().stream()
        .anyMatch(finding -> finding.id().equals(id) && finding.subject().equals(subject));
  }

  private static Finding find(DiagnosisComponent diagnosis, String id) {
    return diagnosis.report().findings().stream()
        .filter(finding -> finding.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static long open(DiagnosisComponent diagnosis) {
    return diagnosis.report().tests().stream()
        .filter(test -> test.outcome() == Outcome.OPEN)
        .count();
  }

  private static Map<String, Double> metrics(DiagnosisComponent diagnosis) {
    Map<String, Double> values = new TreeMap<>();
    diagnosis.collect(
        new bifrost.api.metrics.MetricSource.Sink() {
          @Override
          public void counter(String name, String help, Map<String, String> labels, double value) {
            throw new AssertionError(name);
          }

          @Override
          public void gauge(String name, String help, Map<String, String> labels, double value) {
            if (name.equals("bifrost_cluster_finding")) {
              values.put(labels.get("id") + " " + labels.get("severity"), value);
            }
          }
        });
    return values;
  }

  private <T extends AutoCloseable> T opened(T closeable) {
    opened.add(closeable);
    return closeable;
  }
}
