package bifrost.api.cluster;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What is wrong with the cluster as this node sees it.
 *
 * <p>Implemented by {@code bifrost.sync} as a service, which is there while clustering is
 * configured; read by management and the shell. It compares all the time what is expected with what
 * discovery, gossip and replication see, and tests the ports of the other members. Safe for any
 * thread; one volatile read.
 */
@ProviderType
public interface Diagnosis {
  /** What was found last. */
  Report report();

  /**
   * What one node has found.
   *
   * @param nodeId the node
   * @param region its region
   * @param at when it looked last
   * @param tested when it finished testing the ports of the other members; empty before the first
   *     time
   * @param findings what is wrong, the worst first; empty for a healthy cluster
   * @param tests what the nodes say of each other's ports, at most 4,096
   */
  record Report(
      String nodeId,
      String region,
      Instant at,
      Optional<Instant> tested,
      List<Finding> findings,
      List<PortTest> tests) {
    /** Copies the lists. */
    public Report {
      findings = List.copyOf(findings);
      tests = List.copyOf(tests);
    }

    /** The worst of its findings; empty for a healthy cluster. */
    public Optional<Finding.Severity> worst() {
      return findings.stream().map(Finding::severity).min(Enum::compareTo);
    }

    /** The one JSON shape of a report, as maps, lists and strings. */
    public Map<String, Object> asJson() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("node_id", nodeId);
      json.put("region", region);
      json.put("at", at.toString());
      json.put("tested", tested.map(Instant::toString).orElse(""));
      json.put("health", worst().map(severity -> label(severity)).orElse("healthy"));
      json.put("findings", findings.stream().map(Report::asJson).toList());
      json.put("tests", tests.stream().map(Report::asJson).toList());
      return json;
    }

    private static Map<String, Object> asJson(Finding finding) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("id", finding.id());
      json.put("severity", label(finding.severity()));
      json.put("subject", finding.subject());
      json.put("cause", finding.cause());
      json.put("evidence", finding.evidence());
      json.put("fix", finding.fix());
      json.put("since", finding.since().toString());
      return json;
    }

    private static Map<String, Object> asJson(PortTest test) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("from", test.from());
      json.put("to", test.to());
      json.put("port", label(test.port()));
      json.put("outcome", label(test.outcome()));
      json.put("failures", test.failures());
      return json;
    }

    private static String label(Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * How a port of one member looked from another.
   *
   * @param from who tested
   * @param to whose port it is
   * @param port which one
   * @param outcome what came of it
   * @param failures how many tests in a row did not find it open
   */
  record PortTest(String from, String to, Port port, Outcome outcome, int failures) {}

  /** A port of a member. */
  enum Port {
    /** Gossip over TCP, 10101 unless configured otherwise. */
    GOSSIP_TCP,
    /** Gossip over UDP, 10101 unless configured otherwise. */
    GOSSIP_UDP,
    /** Replication, 10102 unless configured otherwise. */
    REPLICATION
  }

  /** What a test of a port found. */
  enum Outcome {
    /** Not tested, or there is nothing to test. */
    UNKNOWN,
    /** It answers. */
    OPEN,
    /** Nobody answers. */
    CLOSED,
    /** Somebody takes the connection and hangs up: another key or label, or another product. */
    SILENT,
    /** One side speaks TLS and the other does not, or they do not trust each other. */
    TLS_MISMATCH
  }
}
