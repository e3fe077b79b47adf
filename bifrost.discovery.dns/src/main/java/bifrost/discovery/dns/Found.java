package bifrost.discovery.dns;

import bifrost.api.cluster.Candidate;
import java.util.List;
import java.util.Set;

/**
 * What a lookup of one name gave.
 *
 * @param candidates whom it found; empty when there is nobody
 * @param ttl for how many seconds that holds
 * @param exists false when there is no such name
 * @param malformed what was wrong with entries that are left out
 * @param problem what an operator has to mend; empty when nothing
 */
record Found(
    Set<Candidate> candidates, long ttl, boolean exists, List<String> malformed, String problem) {
  Found {
    candidates = Set.copyOf(candidates);
    malformed = List.copyOf(malformed);
  }
}
