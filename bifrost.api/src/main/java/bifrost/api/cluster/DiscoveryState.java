package bifrost.api.cluster;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a discovery service reported last.
 *
 * @param method its name
 * @param scope how far it can see
 * @param serviceName the name that the cluster has in its backend; empty when it has none
 * @param registered whether this node was registered since the session began
 * @param candidates the last set that it found and that may be used
 * @param outside how many of what it found were dropped: not in the allowed address space
 * @param malformed how many entries of its own service it could not read
 * @param others the service names of other clusters that it sees in its backend
 * @param lastFound when it found that set; empty before the first
 * @param failure why it fails now; empty while it works
 */
public record DiscoveryState(
    String method,
    PeerDiscovery.Scope scope,
    String serviceName,
    boolean registered,
    Set<Candidate> candidates,
    int outside,
    int malformed,
    Set<String> others,
    Optional<Instant> lastFound,
    Optional<DiscoveryFailure> failure) {
  /** Copies the sets. */
  public DiscoveryState {
    candidates = Set.copyOf(candidates);
    others = Set.copyOf(others);
  }
}
