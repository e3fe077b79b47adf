package bifrost.sync.replication;

import bifrost.api.model.InvalidConfigException;
import bifrost.sync.replication.message.Bounds;
import java.time.Duration;

/**
 * The validated configuration of replication.
 *
 * @param cluster the cluster's name; empty when none is set
 * @param mesh whether all members keep links to all
 * @param relays how many nodes of each region keep links to other regions
 * @param alarm after how long without a confirmed count a member counts as silent
 */
record ReplicationSettings(String cluster, boolean mesh, int relays, Duration alarm) {
  private static final String SECTION = "cluster_config.replication.";

  static ReplicationSettings from(ReplicationConfig config) {
    boolean mesh =
        switch (config.topology()) {
          case "relay" -> false;
          case "mesh" -> true;
          default ->
              throw new InvalidConfigException(
                  SECTION + "topology",
                  "'" + config.topology() + "' is not known, use relay or mesh");
        };
    String cluster = config.cluster().trim();
    if (cluster.length() > Bounds.MAX_NAME) {
      throw new InvalidConfigException(
          SECTION + "cluster",
          "has %d characters, use at most %d".formatted(cluster.length(), Bounds.MAX_NAME));
    }
    return new ReplicationSettings(
        cluster,
        mesh,
        range("relays", config.relays(), 1, 5),
        Duration.ofSeconds(range("alarm_seconds", config.alarm__seconds(), 15, 3_600)));
  }

  private static int range(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidConfigException(
          SECTION + field, "%d is out of range, use %d to %d".formatted(value, least, most));
    }
    return value;
  }
}
