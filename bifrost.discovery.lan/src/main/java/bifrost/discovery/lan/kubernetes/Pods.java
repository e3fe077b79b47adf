package bifrost.discovery.lan.kubernetes;

import bifrost.api.cluster.Candidate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The pods that were listed and watched. A pod is a peer when it runs, is not being deleted and has
 * an address; it need not be ready, for nodes find each other before they are. For one thread.
 */
final class Pods {
  private static final int MAX_PODS = 4_096;
  private static final String REGION_LABEL = "cluster.region";
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]{7,15}|[0-9A-Fa-f:.]{2,45}");
  private static final Pattern REGION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final int port;
  private final Map<String, Candidate> byUid = new HashMap<>();
  private final Map<String, String> malformed = new HashMap<>();
  private boolean tooMany;

  Pods(int port) {
    this.port = port;
  }

  void clear() {
    byUid.clear();
    malformed.clear();
    tooMany = false;
  }

  /** Takes a pod as it is now. */
  void put(JsonNode pod) {
    String uid = pod.path("metadata").path("uid").asString("");
    String address = pod.path("status").path("podIP").asString("");
    boolean runs =
        pod.path("status").path("phase").asString("").equals("Running")
            && pod.path("metadata").path("deletionTimestamp").isMissingNode();
    malformed.remove(uid);
    if (uid.isEmpty() || uid.length() > 128) {
      malformed.put("", "a pod has no uid");
    } else if (!runs || address.isEmpty()) {
      byUid.remove(uid);
    } else if (!byUid.containsKey(uid) && byUid.size() >= MAX_PODS) {
      tooMany = true;
    } else if (ADDRESS.matcher(address).matches()) {
      byUid.put(uid, new Candidate(address, port, Optional.empty(), region(pod)));
    } else {
      byUid.remove(uid);
      malformed.put(uid, "a pod has an address that is none");
    }
    if (malformed.size() > MAX_PODS) {
      malformed.remove(uid);
    }
  }

  void remove(JsonNode pod) {
    String uid = pod.path("metadata").path("uid").asString("");
    byUid.remove(uid);
    malformed.remove(uid);
  }

  Set<Candidate> candidates() {
    return Set.copyOf(byUid.values());
  }

  int malformed() {
    return malformed.size();
  }

  /** What is wrong with one of the malformed; empty when there is none. */
  String example() {
    return malformed.values().stream().findFirst().orElse("");
  }

  /** What an operator has to mend; empty when nothing. */
  String problem() {
    return tooMany ? "there are more than " + MAX_PODS + " pods, only that many are used" : "";
  }

  private static Optional<String> region(JsonNode pod) {
    String label = pod.path("metadata").path("labels").path(REGION_LABEL).asString("");
    return Optional.of(label).filter(text -> REGION.matcher(text).matches());
  }
}
