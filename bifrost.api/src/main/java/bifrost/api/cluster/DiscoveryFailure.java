package bifrost.api.cluster;

import java.util.Collection;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Why a discovery method cannot use its backend.
 *
 * <p>Made by the discovery bundles, told by {@link PeerDiscovery.Observer}, read by the diagnosis:
 * the reason decides which finding it is, the cause is its evidence.
 *
 * @param reason what kind of failure
 * @param cause one line for an operator, with the endpoint and the fix where it is known; nothing
 *     secret
 */
public record DiscoveryFailure(Reason reason, String cause) {
  /** Refuses {@code null}. */
  public DiscoveryFailure {
    Objects.requireNonNull(reason, "reason is null");
    Objects.requireNonNull(cause, "cause is null");
  }

  /** What kind of failure it is; of several the first one here tells most. */
  public enum Reason {
    /** The method cannot work with its configuration on this node, whatever the backend does. */
    MISCONFIGURED,
    /** The backend refuses this node: its credentials, its rights or its address. */
    UNAUTHORISED,
    /** TLS fails: another authority, a wrong name, an expired certificate, one side without TLS. */
    UNTRUSTED,
    /**
     * What answers does not say what is looked for: another product, garbage, a name without
     * entries, more entries than are read.
     */
    INVALID_ANSWER,
    /** It answers that it cannot serve now: without a quorum, full, overloaded. */
    UNAVAILABLE,
    /** Nobody answers: refused, timed out, a name that cannot be resolved. */
    UNREACHABLE
  }

  /**
   * Several failures as one: the reason that tells most, and all causes.
   *
   * @param failures at least one
   * @param most how many causes are told; of the others only how many there are
   */
  public static DiscoveryFailure of(Collection<DiscoveryFailure> failures, int most) {
    Reason reason =
        failures.stream()
            .map(DiscoveryFailure::reason)
            .min(Comparator.naturalOrder())
            .orElseThrow();
    String told =
        failures.stream()
            .map(DiscoveryFailure::cause)
            .limit(most)
            .collect(Collectors.joining("; "));
    int more = failures.size() - most;
    return new DiscoveryFailure(reason, more > 0 ? told + "; and " + more + " more" : told);
  }

  /** The same for the same reason, with words before its cause. */
  public DiscoveryFailure within(String words) {
    return new DiscoveryFailure(reason, words + cause);
  }
}
