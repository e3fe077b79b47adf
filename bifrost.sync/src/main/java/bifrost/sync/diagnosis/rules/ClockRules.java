package bifrost.sync.diagnosis.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Clocks that differ by more than budgets and changes of configuration bear. */
final class ClockRules {
  private static final Duration TOLERATED = Duration.ofSeconds(2);

  private ClockRules() {}

  static List<Symptom> examine(Observation observation) {
    List<Symptom> symptoms = new ArrayList<>();
    for (Map.Entry<String, Observation.ClockOffset> entry : observation.clocks().entrySet()) {
      Observation.ClockOffset offset = entry.getValue();
      if (offset.certain().compareTo(TOLERATED) <= 0) {
        continue;
      }
      String member = entry.getKey();
      symptoms.add(
          Symptom.of(
              Fault.CLOCK_SKEW,
              member,
              "The clock of %s is %s this node's by %s."
                  .formatted(
                      member,
                      offset.ahead().isNegative() ? "behind" : "ahead of",
                      seconds(offset.ahead().abs())),
              "the difference is %s, certain to %s; up to %s is harmless"
                  .formatted(
                      seconds(offset.ahead()), seconds(offset.uncertainty()), seconds(TOLERATED)),
              "Run NTP or chrony on both hosts. Budgets reset at other times, and of two changes of"
                  + " one entity the later may lose, until the clocks agree."));
    }
    return symptoms;
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
  }
}
