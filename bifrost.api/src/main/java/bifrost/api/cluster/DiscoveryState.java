package bifrost.api.cluster;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a discovery service reported last.
 *
 * @param method its name
 * @param scope how far it can see
 * @param candidates the last set that it found
 * @param lastFound when it found that set; empty before the first
 * @param failure why it fails now; empty while it works
 */
public record DiscoveryState(
    String method,
    PeerDiscovery.Scope scope,
    Set<Candidate> candidates,
    Optional<Instant> lastFound,
    Optional<String> failure) {
  /** Copies the set. */
  public DiscoveryState {
    candidates = Set.copyOf(candidates);
  }
}
