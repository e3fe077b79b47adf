package bifrost.sync.diagnosis;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What the cluster should be like; PID {@code bifrost.sync.diagnosis}. */
@ObjectClassDefinition(
    name = "Bifrost diagnosis",
    description = "Compares the cluster with what is expected, and tests the members' ports.")
public @interface DiagnosisConfig {
  /** The PID. */
  String PID = "bifrost.sync.diagnosis";

  /** The regions that must have a member. */
  @AttributeDefinition(
      name = "expected_regions",
      description = "Regions that must have a member; none when it does not matter",
      required = false)
  String[] expected__regions() default {};

  /** The configured discovery method. */
  @AttributeDefinition(
      name = "discovery_type",
      description = "The method that is configured; empty when discovery is off",
      required = false)
  String discovery__type() default "";

  /** How long a fault must last. */
  @AttributeDefinition(
      name = "hold_seconds",
      description = "How long a fault must last before it is reported, 1 to 600")
  int hold__seconds() default 20;

  /** The time between tests. */
  @AttributeDefinition(
      name = "test_interval_seconds",
      description = "The time between tests of the other members' ports, 1 to 3600; 0 for none")
  int test__interval__seconds() default 30;

  /** The authorities of replication. */
  @AttributeDefinition(
      name = "tls.ca",
      description = "The certificates that replication trusts, a file in PEM; empty without TLS",
      required = false)
  String tls_ca() default "";
}
