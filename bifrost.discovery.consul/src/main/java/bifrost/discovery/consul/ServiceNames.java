package bifrost.discovery.consul;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Recognises clusters of other names by the tag that every node registers with. */
final class ServiceNames {
  /** How many others are told. */
  static final int MAX = 32;

  private static final int MAX_LENGTH = 63;

  private ServiceNames() {}

  /** The names of other clusters among the services of a data centre. */
  static Set<String> others(String own, Map<String, List<String>> services) {
    return services.entrySet().stream()
        .filter(
            service ->
                service.getValue() != null && service.getValue().contains(ConsulSettings.TAG))
        .map(Map.Entry::getKey)
        .filter(name -> !name.equals(own) && name.length() <= MAX_LENGTH)
        .sorted()
        .limit(MAX)
        .collect(Collectors.toUnmodifiableSet());
  }
}
