package bifrost.discovery.consul;

import bifrost.api.cluster.Candidate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.kiwiproject.consul.model.health.HealthCheck;
import org.kiwiproject.consul.model.health.Service;
import org.kiwiproject.consul.model.health.ServiceHealth;

/**
 * What the instances of a service in one data centre say.
 *
 * @param candidates those whose checks do not fail; all of them when the checks of all fail
 * @param malformed how many cannot be peers
 * @param example what is wrong with one of these; empty when there is none
 * @param problem what an operator has to mend; empty when nothing
 */
record Instances(Set<Candidate> candidates, int malformed, String example, String problem) {
  /** The keys of a registration's metadata. */
  static final String NODE_ID = "node_id";

  static final String REGION = "region";

  private static final int MAX_CANDIDATES = 4_096;
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,252}");
  private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
  private static final Pattern NOBODY = Pattern.compile("0[.]0[.]0[.]0|[0:]+");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  Instances {
    candidates = Set.copyOf(candidates);
  }

  static Instances read(String datacenter, List<ServiceHealth> listed) {
    List<ServiceHealth> healthy = listed.stream().filter(Instances::isHealthy).toList();
    boolean noneHealthy = healthy.isEmpty() && !listed.isEmpty();
    Set<Candidate> candidates = new LinkedHashSet<>();
    int malformed = 0;
    int tooMany = 0;
    String example = "";
    for (ServiceHealth instance : noneHealthy ? listed : healthy) {
      Optional<Candidate> candidate = candidate(instance);
      if (candidate.isEmpty()) {
        malformed++;
        example = example.isEmpty() ? wrong(instance) : example;
      } else if (candidates.size() < MAX_CANDIDATES) {
        candidates.add(candidate.get());
      } else {
        tooMany++;
      }
    }
    String problem = "";
    if (tooMany > 0) {
      problem =
          "data centre %s: there are %d instances, only %d are used"
              .formatted(datacenter, listed.size(), MAX_CANDIDATES);
    } else if (noneHealthy) {
      problem =
          "data centre %s: the checks of all %d instances fail: let its agents connect to the gossip port"
              .formatted(datacenter, listed.size());
    }
    return new Instances(candidates, malformed, example, problem);
  }

  private static boolean isHealthy(ServiceHealth instance) {
    return instance.getChecks().stream().map(HealthCheck::getStatus).noneMatch("critical"::equals);
  }

  private static Optional<Candidate> candidate(ServiceHealth instance) {
    Service service = instance.getService();
    String host = host(instance);
    boolean isHost = HOST.matcher(host).matches() || V6.matcher(host).matches();
    int port = service.getPort();
    if (!isHost || NOBODY.matcher(host).matches() || port < 1 || port > 65_535) {
      return Optional.empty();
    }
    return Optional.of(
        new Candidate(
            host, port, name(service.getMeta().get(NODE_ID)), name(service.getMeta().get(REGION))));
  }

  private static String host(ServiceHealth instance) {
    String own = instance.getService().getAddress();
    return own.isEmpty() ? instance.getNode().getAddress() : own;
  }

  private static Optional<String> name(String text) {
    return Optional.ofNullable(text).filter(value -> NAME.matcher(value).matches());
  }

  private static String wrong(ServiceHealth instance) {
    String address = host(instance) + ":" + instance.getService().getPort();
    return "nobody can be at '%s'"
        .formatted(address.substring(0, Math.min(64, address.length())).replaceAll("[^ -~]", "?"));
  }
}
