package bifrost.discovery.dns;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Which names to ask, and where; PID {@code bifrost.discovery.dns}. */
@ObjectClassDefinition(
    name = "Bifrost discovery by DNS",
    description = "Finds peers by SRV, A and AAAA records. DNS registers nobody.")
public @interface DnsConfig {
  /** The PID. */
  String PID = "bifrost.discovery.dns";

  /** What to ask for. */
  @AttributeDefinition(
      name = "dns_names",
      description =
          "Names whose A and AAAA records are peers, as host or host:port; a name that begins with"
              + " an underscore is asked for SRV records")
  String[] dns__names();

  /** Whom to ask. */
  @AttributeDefinition(
      name = "dns_servers",
      description = "Servers to ask, as host or host:port; none for those of this host",
      required = false)
  String[] dns__servers() default {};

  /** The port of names that have none. */
  @AttributeDefinition(
      name = "bind_port",
      description = "The gossip port of names and records without a port, 1 to 65535")
  int bind__port() default 10101;

  /** How long one lookup may take. */
  @AttributeDefinition(
      name = "dial_timeout",
      description = "How long a name may take, all servers together: 500ms to 60s")
  String dial__timeout() default "10s";

  /** How often to ask at most. */
  @AttributeDefinition(
      name = "dns_min_interval",
      description = "A name is asked again when its TTL is over, but not sooner than this")
  String dns__min__interval() default "2s";

  /** How often to ask at least. */
  @AttributeDefinition(
      name = "dns_max_interval",
      description = "A name is asked again after this, however long its TTL is")
  String dns__max__interval() default "30s";

  /** Where peers may be. */
  @AttributeDefinition(
      name = "allowed_address_space",
      description = "Networks as CIDR; what is found elsewhere is dropped. None for everywhere",
      required = false)
  String[] allowed__address__space() default {};
}
