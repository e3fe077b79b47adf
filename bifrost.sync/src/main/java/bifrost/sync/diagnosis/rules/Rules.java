package bifrost.sync.diagnosis.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * All rules. A rule names a root cause; where one fault explains another, only the first is told:
 * whoever advertises a wrong address is not also said to have closed ports.
 */
public final class Rules {
  private Rules() {}

  /** What is wrong in an observation. */
  public static List<Symptom> examine(Observation observation) {
    List<Symptom> symptoms = new ArrayList<>();
    symptoms.addAll(DiscoveryRules.examine(observation));
    symptoms.addAll(RegionRules.examine(observation));
    symptoms.addAll(KeyRules.examine(observation));
    List<Symptom> addresses = AddressRules.examine(observation);
    symptoms.addAll(addresses);
    Set<String> misplaced = AddressRules.subjects(addresses);
    symptoms.addAll(PeerRules.examine(observation, misplaced));
    symptoms.addAll(PortRules.examine(observation, misplaced));
    symptoms.addAll(SyncRules.examine(observation, misplaced));
    symptoms.addAll(ClockRules.examine(observation));
    return symptoms;
  }
}
