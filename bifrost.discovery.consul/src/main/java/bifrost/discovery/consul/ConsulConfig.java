package bifrost.discovery.consul;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Which agents to use, and how; PID {@code bifrost.discovery.consul}. */
@ObjectClassDefinition(
    name = "Bifrost discovery by Consul",
    description = "Registers this node with Consul and finds the nodes of all its data centres.")
public @interface ConsulConfig {
  /** The PID. */
  String PID = "bifrost.discovery.consul";

  /** The service's name. */
  @AttributeDefinition(
      name = "service_name",
      description = "The name of the service in Consul; the same on all nodes of a cluster")
  String service__name();

  /** The agents. */
  @AttributeDefinition(
      name = "consul_address",
      description =
          "host:port of the local agent, then of others that are used while it does not answer")
  String[] consul__address() default {"localhost:8500"};

  /** The token. */
  @AttributeDefinition(
      name = "consul_token",
      description = "An ACL token with service:write for the service, service:read and node:read",
      type = AttributeType.PASSWORD,
      required = false)
  String consul__token() default "";

  /** The data centres. */
  @AttributeDefinition(
      name = "consul_datacenters",
      description = "The data centres to look in; none for all that are federated",
      required = false)
  String[] consul__datacenters() default {};

  /** Tags besides our own. */
  @AttributeDefinition(
      name = "consul_tags",
      description = "Tags of the registration, besides bifrost",
      required = false)
  String[] consul__tags() default {};

  /** Whether to use TLS. */
  @AttributeDefinition(name = "consul_tls", description = "Whether the agents speak HTTPS")
  boolean consul__tls() default false;

  /** Whom to trust. */
  @AttributeDefinition(
      name = "consul_ca",
      description = "A PEM file with the authorities of the agents; empty for those of the JVM",
      required = false)
  String consul__ca() default "";

  /** This node's certificate. */
  @AttributeDefinition(
      name = "consul_cert",
      description = "A PEM file with this node's certificate, where the agents ask for one",
      required = false)
  String consul__cert() default "";

  /** The key of the certificate. */
  @AttributeDefinition(
      name = "consul_key",
      description = "A PEM file with the key of consul_cert, in PKCS 8",
      required = false)
  String consul__key() default "";

  /** How often the agent checks this node. */
  @AttributeDefinition(
      name = "consul_check_interval",
      description = "How often the agent connects to the gossip port: 1s to 10m")
  String consul__check__interval() default "10s";

  /** When the dead are forgotten. */
  @AttributeDefinition(
      name = "consul_deregister_after",
      description =
          "After how long the agent deregisters a node whose check fails; Consul takes no less than"
              + " a minute")
  String consul__deregister__after() default "1m";

  /** How long a call may take. */
  @AttributeDefinition(
      name = "dial_timeout",
      description = "How long a call to an agent may take: 500ms to 60s")
  String dial__timeout() default "10s";

  /** Where peers may be. */
  @AttributeDefinition(
      name = "allowed_address_space",
      description = "Networks as CIDR; what is found elsewhere is dropped. None for everywhere",
      required = false)
  String[] allowed__address__space() default {};
}
