package bifrost.discovery.lan.mdns;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The nodes behind the instances of a service: each says in its text who it is and where it is
 * reached, and of two instances of a node the newer session holds.
 *
 * @param candidates the nodes
 * @param malformed how many instances are no nodes
 * @param example what is wrong with one of these; empty when there is none
 */
record Nodes(Set<Candidate> candidates, int malformed, String example) {
  private static final int MAX_NODES = 4_096;
  private static final int HEX = 16;
  private static final String NODE_ID = "node_id";
  private static final String REGION = "region";
  private static final String HOST = "host";
  private static final String SESSION = "session";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9:][A-Za-z0-9.:-]{0,252}");
  private static final Pattern NUMBER = Pattern.compile("[0-9a-f]{16}");

  Nodes {
    candidates = Set.copyOf(candidates);
  }

  /** The instance of a node. */
  static Responder.Instance instance(Announcement self, long session) {
    String number = "%016x".formatted(session);
    String id = self.nodeId();
    return new Responder.Instance(
        id.substring(0, Math.min(46, id.length())) + "-" + number,
        self.port(),
        Map.of(NODE_ID, id, REGION, self.region(), HOST, self.host(), SESSION, number));
  }

  static Nodes of(List<Responder.Instance> instances) {
    Map<String, Responder.Instance> newest = new HashMap<>();
    int malformed = 0;
    String example = "";
    for (Responder.Instance instance : instances) {
      if (!isNode(instance)) {
        malformed++;
        example = "an instance of the service is no node of Bifrost";
      } else if (newest.size() < MAX_NODES) {
        newest.merge(
            instance.text().get(NODE_ID), instance, (a, b) -> session(a) - session(b) >= 0 ? a : b);
      }
    }
    return new Nodes(
        newest.values().stream().map(Nodes::candidate).collect(Collectors.toSet()),
        malformed,
        example);
  }

  private static boolean isNode(Responder.Instance instance) {
    Map<String, String> text = instance.text();
    return NAME.matcher(text.getOrDefault(NODE_ID, "")).matches()
        && NAME.matcher(text.getOrDefault(REGION, "")).matches()
        && ADDRESS.matcher(text.getOrDefault(HOST, "")).matches()
        && NUMBER.matcher(text.getOrDefault(SESSION, "")).matches()
        && instance.port() >= 1
        && instance.port() <= 65_535;
  }

  private static long session(Responder.Instance instance) {
    return Long.parseUnsignedLong(instance.text().get(SESSION), HEX);
  }

  private static Candidate candidate(Responder.Instance instance) {
    return new Candidate(
        instance.text().get(HOST),
        instance.port(),
        Optional.of(instance.text().get(NODE_ID)),
        Optional.of(instance.text().get(REGION)));
  }
}
