package bifrost.sync.replication;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Which members keep links to which: part of the PID {@code bifrost.sync.replication}. */
@ObjectClassDefinition(
    name = "Bifrost replication",
    description = "Exchanges counters and configuration with the other members")
public @interface ReplicationConfig {
  /** The PID. */
  String PID = "bifrost.sync.replication";

  /** The cluster's name. */
  @AttributeDefinition(
      name = "cluster",
      description = "A peer of another name is refused; empty takes every peer",
      required = false)
  String cluster() default "";

  /** Which members keep links to which. */
  @AttributeDefinition(
      name = "topology",
      description =
          "relay: all within a region, relays between regions; mesh: all members with all, for"
              + " small clusters")
  String topology() default "relay";

  /** How many relays. */
  @AttributeDefinition(
      name = "relays",
      description = "How many nodes of each region keep links to other regions, 1 to 5")
  int relays() default 3;

  /** When to raise an alarm. */
  @AttributeDefinition(
      name = "alarm_seconds",
      description =
          "After how long without a confirmed count a member counts as silent, 15 to 3600")
  int alarm__seconds() default 30;
}
