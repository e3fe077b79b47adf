package bifrost.discovery.etcd;

import bifrost.api.cluster.Announcement;
import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFields;
import bifrost.api.model.InvalidConfigException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How a node stands in etcd: key {@code /services/NAME/NODE_ID}, value JSON. */
final class EtcdEntry {
  /** Above all clusters. */
  static final String ROOT = "/services/";

  private static final int MAX_VALUE = 4_096;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final JsonMapper JSON = new JsonMapper();

  private EtcdEntry() {}

  /** What is written of this node. */
  static byte[] value(Announcement self) {
    return JSON.writeValueAsBytes(
        JSON.createObjectNode()
            .put("node_id", self.nodeId())
            .put("address", Candidate.of(self.host(), self.port()).address())
            .put("region", self.region()));
  }

  /**
   * What another node wrote.
   *
   * @param nodeId what its key says after the prefix
   * @throws IllegalArgumentException with what is wrong, without the value
   */
  static Candidate read(String nodeId, byte[] value, int defaultPort) {
    if (!NAME.matcher(nodeId).matches()) {
      throw new IllegalArgumentException("a key does not end in a node id");
    }
    if (value.length > MAX_VALUE) {
      throw new IllegalArgumentException(
          "%s: the value has %d bytes, at most %d are read"
              .formatted(nodeId, value.length, MAX_VALUE));
    }
    try {
      JsonNode node = JSON.readTree(new String(value, StandardCharsets.UTF_8));
      JsonNode address = node.path("address");
      if (!address.isString()) {
        throw new IllegalArgumentException(
            nodeId + ": the value is not {\"address\": \"host:port\", \"region\": \"...\"}");
      }
      Candidate at = DiscoveryFields.address("address", address.stringValue(), defaultPort);
      JsonNode region = node.path("region");
      boolean named = region.isString() && NAME.matcher(region.stringValue()).matches();
      return new Candidate(
          at.host(),
          at.port(),
          Optional.of(nodeId),
          named ? Optional.of(region.stringValue()) : Optional.empty());
    } catch (JacksonException e) {
      throw new IllegalArgumentException(nodeId + ": the value is not JSON");
    } catch (InvalidConfigException e) {
      throw new IllegalArgumentException(nodeId + ": the address is not of the form host:port");
    }
  }
}
