package bifrost.sync.diagnosis;

import bifrost.api.model.InvalidConfigException;
import java.time.Duration;
import java.util.List;

/**
 * The validated configuration of diagnosis.
 *
 * @param expectedRegions the regions that must have a member
 * @param discoveryType the configured method; empty when discovery is off
 * @param hold how long a fault must last
 * @param testInterval between tests of ports; zero for none
 * @param ca the certificates that replication trusts; empty without TLS
 */
record DiagnosisSettings(
    List<String> expectedRegions,
    String discoveryType,
    Duration hold,
    Duration testInterval,
    String ca) {
  private static final String SECTION = "cluster_config.diagnosis.";

  static DiagnosisSettings from(DiagnosisConfig config) {
    return new DiagnosisSettings(
        List.of(config.expected__regions()),
        config.discovery__type().trim(),
        seconds("hold_seconds", config.hold__seconds(), 1, 600),
        seconds("test_interval_seconds", config.test__interval__seconds(), 0, 3_600),
        config.tls_ca().trim());
  }

  /** How often the rules are asked: often enough to see what flaps. */
  Duration look() {
    Duration third = hold.dividedBy(3);
    return third.compareTo(Duration.ofSeconds(5)) > 0 ? Duration.ofSeconds(5) : third;
  }

  private static Duration seconds(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidConfigException(
          SECTION + field, "%d is out of range, use %d to %d".formatted(value, least, most));
    }
    return Duration.ofSeconds(value);
  }
}
