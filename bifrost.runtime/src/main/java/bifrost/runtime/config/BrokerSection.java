package bifrost.runtime.config;

import bifrost.runtime.config.json.Fields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The sections {@code cluster_config.type} and {@code broker}: a node that is at brokers. */
final class BrokerSection {
  private BrokerSection() {}

  /** The configuration of the node's part in broker mode; empty when the type is mesh. */
  static Optional<Map<String, Object>> read(Fields cluster) {
    Map<String, Boolean> types = new LinkedHashMap<>();
    types.put("mesh", false);
    types.put("broker", true);
    boolean isBroker = cluster.choice("type", types).orElse(false);
    Map<String, Object> properties = new LinkedHashMap<>();
    cluster
        .object("broker")
        .ifPresent(
            fields -> {
              fields.text("address").ifPresent(text -> properties.put("address", text));
              fields.flag("tls").ifPresent(tls -> properties.put("tls", tls));
              fields.text("ca").ifPresent(file -> properties.put("ca", file));
              fields
                  .secret("auth_token")
                  .ifPresent(token -> properties.put("auth_token", token.reveal()));
              fields.ignore("listen_port", "a broker is told its port by --port");
              fields.end();
            });
    for (String name : new String[] {"address", "auth_token"}) {
      if (isBroker && !properties.containsKey(name)) {
        cluster.refuse("broker", name + " is missing: the type is broker");
      }
    }
    return isBroker ? Optional.of(properties) : Optional.empty();
  }
}
