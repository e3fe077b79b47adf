package bifrost.runtime.config;

import bifrost.runtime.config.json.Fields;
import java.util.LinkedHashMap;
import java.util.Map;

/** The section {@code cluster_config.diagnosis}, and what diagnosis needs of its neighbours. */
final class DiagnosisSection {
  private DiagnosisSection() {}

  static Map<String, Object> read(Fields fields) {
    Map<String, Object> properties = new LinkedHashMap<>();
    fields
        .whole("hold_seconds", 1, 600)
        .ifPresent(seconds -> properties.put("hold_seconds", seconds));
    fields
        .whole("test_interval_seconds", 0, 3_600)
        .ifPresent(seconds -> properties.put("test_interval_seconds", seconds));
    fields.end();
    return properties;
  }

  /** Adds the method of discovery, empty when it is off, and whom replication trusts. */
  static void complete(
      Map<String, Object> properties, String discoveryType, Map<String, Object> replication) {
    properties.put("discovery_type", discoveryType);
    if (replication.get("tls.ca") instanceof String authorities) {
      properties.put("tls.ca", authorities);
    }
  }
}
