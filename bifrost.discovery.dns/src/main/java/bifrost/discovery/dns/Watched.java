package bifrost.discovery.dns;

import bifrost.api.cluster.Candidate;
import bifrost.api.cluster.DiscoveryFailure;
import bifrost.api.cluster.DiscoveryFailure.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One configured name over time: what it gave last, why it fails, and when it is due again. For one
 * thread.
 *
 * <p>It is asked again when the TTL of its last answer is over, also of a negative one, within the
 * configured shortest and longest interval; where it gave nobody, after a few seconds, because the
 * records of a new cluster come when its nodes run already. After a failure it is asked again at
 * pauses that double from the shortest to the longest.
 */
final class Watched {
  private static final int MOST_DOUBLINGS = 16;

  /** How long an answer without anybody holds at most, whatever its TTL. */
  private static final long NOBODY_NANOS = Duration.ofSeconds(5).toNanos();

  private final DnsName name;
  private final long minNanos;
  private final long maxNanos;

  private Set<Candidate> candidates = Set.of();
  private List<String> malformed = List.of();
  private Optional<DiscoveryFailure> problem = Optional.empty();
  private boolean failing;
  private int failures;
  private long due;

  Watched(DnsName name, DnsSettings settings, long now) {
    this.name = name;
    this.minNanos = settings.minInterval().toNanos();
    this.maxNanos = settings.maxInterval().toNanos();
    this.due = now;
  }

  DnsName name() {
    return name;
  }

  /** When it is to be asked again. */
  long due() {
    return due;
  }

  /** What it gave last; a failure leaves that as it was. */
  Set<Candidate> candidates() {
    return candidates;
  }

  List<String> malformed() {
    return malformed;
  }

  /** What an operator has to mend; empty when nothing. */
  Optional<DiscoveryFailure> problem() {
    return problem;
  }

  /** Whether the last question had no answer at all. */
  boolean isFailing() {
    return failing;
  }

  void answered(Found found, long now) {
    candidates = found.candidates();
    malformed = found.malformed();
    problem =
        Optional.of(found.problem())
            .filter(text -> !text.isEmpty())
            .map(text -> new DiscoveryFailure(Reason.INVALID_ANSWER, text));
    failing = false;
    failures = 0;
    long ttl = Duration.ofSeconds(Math.min(found.ttl(), Integer.MAX_VALUE)).toNanos();
    long most = candidates.isEmpty() ? Math.min(maxNanos, NOBODY_NANOS) : maxNanos;
    due = now + Math.clamp(ttl, minNanos, Math.max(minNanos, most));
  }

  void failed(DiscoveryFailure failure, long now) {
    problem = Optional.of(failure);
    failing = true;
    long pause = minNanos << Math.min(failures, MOST_DOUBLINGS);
    failures++;
    due = now + Math.min(pause, maxNanos);
  }
}
