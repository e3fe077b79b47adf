package bifrost.api.cluster;

import java.util.Objects;
import java.util.Optional;

/**
 * A node that discovery has found and that may or may not be a member yet.
 *
 * @param host a name or an address literal
 * @param port its gossip port, 1 to 65535
 * @param nodeId its node id, where the backend tells
 * @param region its region, where the backend tells
 */
public record Candidate(String host, int port, Optional<String> nodeId, Optional<String> region) {
  /** Refuses an empty host, a port out of range and {@code null}. */
  public Candidate {
    if (host.isBlank()) {
      throw new IllegalArgumentException("host is empty");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port is " + port + ", use 1 to 65535");
    }
    Objects.requireNonNull(nodeId, "nodeId is null");
    Objects.requireNonNull(region, "region is null");
  }

  /** A candidate of which only the address is known. */
  public static Candidate of(String host, int port) {
    return new Candidate(host, port, Optional.empty(), Optional.empty());
  }

  /** The address as text; an IPv6 literal in brackets. */
  public String address() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
