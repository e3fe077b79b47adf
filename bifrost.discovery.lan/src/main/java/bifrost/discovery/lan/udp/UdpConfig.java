package bifrost.discovery.lan.udp;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** How to broadcast; PID {@code bifrost.discovery.udp}. */
@ObjectClassDefinition(
    name = "Bifrost discovery by UDP broadcast",
    description = "Finds the nodes of this network. It does not see other networks.")
public @interface UdpConfig {
  /** The PID. */
  String PID = "bifrost.discovery.udp";

  /** The cluster's name. */
  @AttributeDefinition(
      name = "service_name",
      description = "Stands in every beacon; the same on all nodes of a cluster")
  String service__name();

  /** The port of the beacons. */
  @AttributeDefinition(
      name = "udp_broadcast_port",
      description = "The port that beacons are sent to, the same on all nodes: 1 to 65535")
  int udp__broadcast__port();

  /** Where beacons are sent. */
  @AttributeDefinition(
      name = "udp_broadcast_address",
      description = "A broadcast address; empty for those of all networks of this host",
      required = false)
  String udp__broadcast__address() default "";

  /** How often beacons are sent. */
  @AttributeDefinition(
      name = "udp_interval",
      description = "How often a beacon is sent: 100ms to 60s. A node is forgotten after three")
  String udp__interval() default "5s";

  /** The keys of the cluster. */
  @AttributeDefinition(
      name = "secret_keys",
      description =
          "Keys in base64, those of gossip: the first signs beacons, all verify them; none for"
              + " beacons without a signature",
      type = AttributeType.PASSWORD,
      required = false)
  String[] secret__keys() default {};

  /** Where peers may be. */
  @AttributeDefinition(
      name = "allowed_address_space",
      description =
          "Networks as CIDR; what is found elsewhere is dropped. Required: anyone in the"
              + " network can broadcast")
  String[] allowed__address__space();
}
