package bifrost.api.cluster;

import java.util.Objects;

/**
 * What a discovery service publishes of this node.
 *
 * @param nodeId its node id
 * @param region its region
 * @param host the host that others reach it at (the advertised one, not the bound one)
 * @param port its gossip port
 */
public record Announcement(String nodeId, String region, String host, int port) {
  /** Refuses {@code null}. */
  public Announcement {
    Objects.requireNonNull(nodeId, "nodeId is null");
    Objects.requireNonNull(region, "region is null");
    Objects.requireNonNull(host, "host is null");
  }
}
