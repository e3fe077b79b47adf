package bifrost.discovery.lan.mdns;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Which service to advertise and browse; PID {@code bifrost.discovery.mdns}. */
@ObjectClassDefinition(
    name = "Bifrost discovery by mDNS",
    description = "Finds the nodes of this network by multicast. It does not see other networks.")
public @interface MdnsConfig {
  /** The PID. */
  String PID = "bifrost.discovery.mdns";

  /** The cluster's name. */
  @AttributeDefinition(
      name = "service_name",
      description = "Names the service where mdns_service does not",
      required = false)
  String service__name() default "bifrost";

  /** The service. */
  @AttributeDefinition(
      name = "mdns_service",
      description = "The service, for example _bifrost._tcp; the same on all nodes of a cluster",
      required = false)
  String mdns__service() default "";

  /** The network. */
  @AttributeDefinition(
      name = "mdns_address",
      description =
          "An address of this host, in whose network services are looked for; empty for the"
              + " advertised one, or the first network that has multicast",
      required = false)
  String mdns__address() default "";

  /** Where peers may be. */
  @AttributeDefinition(
      name = "allowed_address_space",
      description = "Networks as CIDR; what is found elsewhere is dropped. None for everywhere",
      required = false)
  String[] allowed__address__space() default {};
}
